import { Type } from "typebox";
import { workspace } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { type Endpoint, endpoint, type Method } from "../endpoint.ts";
import { AnyObject } from "./schemas.ts";

/** Serving calls that clients know and this server does not have, each refused by its name. */
// biome-ignore format: a table is read in columns
const refused: readonly (readonly [Method, string, string])[] = [
  ["PATCH",  "/api/2.0/serving-endpoints/{name}/notifications",     "Notifications of an endpoint"],
  ["PATCH",  "/api/2.0/serving-endpoints/{name}/telemetry-config",  "Telemetry of an endpoint"],
  ["POST",   "/api/2.0/serving-endpoints/pt",                       "Provisioned throughput in units (an endpoint sets it in tokens per second: 'max_provisioned_throughput')"],
  ["PUT",    "/api/2.0/serving-endpoints/pt/{name}/config",         "Provisioned throughput in units (an endpoint sets it in tokens per second: 'max_provisioned_throughput')"],
];

/** @throws Fault NOT_IMPLEMENTED, by name, to whoever may call the surface at all. */
export const refusedServing: readonly Endpoint[] = refused.map(([method, path, named]) =>
  endpoint({
    method,
    path,
    scope: "model-serving",
    input: Type.Object({}),
    output: AnyObject,
    what: () => workspace,
    action: "endpoint.list",
    run: async () => {
      throw new Fault("NOT_IMPLEMENTED", `${named} is not available on this server.`);
    },
  }),
);
