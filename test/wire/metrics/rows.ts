import assert from "node:assert/strict";
import { NO_INPUT, NOTHING_NAMED, type Row } from "../row.ts";

export const metricsRows: readonly Row[] = [
  {
    of: "GET /metrics",
    success: {
      ask: () => ({}),
      shows: ({ text, headers }) => {
        assert.equal(headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
        assert.match(text, /^# TYPE http_server_request_duration_seconds histogram$/m);
      },
    },
    forbidden: (["reader", "neighbour", "stranger"] as const).map((as) => ({
      because: `the ${as} is no administrator`,
      as,
      ask: () => ({}),
      status: 403,
      code: "PERMISSION_DENIED",
      message: /does not have ownership/,
    })),
    hidden: NOTHING_NAMED,
    malformed: NO_INPUT,
  },
];
