import { Type } from "typebox";
import { workspace } from "#kernel/mod.ts";
import { type Endpoint, endpoint, Reply } from "../endpoint.ts";

/** What Prometheus' text format is sent as. */
const TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

/** Where Prometheus looks by default. Names of endpoints are among the labels, so that it is for administrators. */
const metrics = endpoint({
  method: "GET",
  path: "/metrics",
  scope: "lakeward.metrics:read",
  input: Type.Object({}),
  output: Type.String(),
  what: () => workspace,
  action: "metrics.read",
  run: async ({ telemetry }, permit) =>
    new Reply({ headers: { "content-type": TEXT_FORMAT }, body: await telemetry.metrics(permit) }),
});

export const metricsEndpoints: readonly Endpoint[] = [metrics];
