import assert from "node:assert/strict";
import type { Method } from "../../../src/api/endpoint.ts";
import { never, type Row } from "../row.ts";

/** Calls that clients know and this server refuses by name, each with a word of its refusal. */
// biome-ignore format: a table is read in columns
const refused: readonly (readonly [Method, string, RegExp])[] = [
  ["PATCH",  "/api/2.0/serving-endpoints/{name}/notifications",    /^Notifications/],
  ["PATCH",  "/api/2.0/serving-endpoints/{name}/telemetry-config", /^Telemetry/],
  ["POST",   "/api/2.0/serving-endpoints/pt",                      /^Provisioned throughput/],
  ["PUT",    "/api/2.0/serving-endpoints/pt/{name}/config",        /^Provisioned throughput/],
];

export const refusedServingRows: readonly Row[] = refused.map(([method, path, says]) => ({
  of: `${method} ${path}`,
  success: {
    ask: () => ({ path: { name: "pilot" } }),
    status: 501,
    shows: ({ body }) => {
      assert.equal(body.error_code, "NOT_IMPLEMENTED");
      assert.match(String(body.message), says);
    },
  },
  forbidden: never("whoever may call the surface is told that it is not built"),
  hidden: never("what it names is never looked up"),
  malformed: method === "GET" ? never("it takes the name in its path alone") : [],
}));
