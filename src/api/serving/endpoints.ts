import { Type } from "typebox";
import { infoOf } from "#agents/mod.ts";
import { endpoint as securable, workspace } from "#kernel/mod.ts";
import { endpoint } from "../endpoint.ts";
import { AnyObject, NamedInput } from "./schemas.ts";

/** Source: databricks-sdk-py `serving_endpoints.list`; with a slash, MLflow's deployments client. Only those the caller may know of. */
export const listEndpoints = endpoint({
  method: "GET",
  path: "/api/2.0/serving-endpoints",
  slash: true,
  scope: "model-serving",
  input: Type.Object({}),
  output: AnyObject,
  what: () => workspace,
  action: "endpoint.list",
  run: async ({ agents, gate, site }, permit, _input, call) => {
    const candidates = await agents.endpoints.candidates(permit);
    const visible = await gate.filter(permit.who, "endpoint.read_metadata", candidates, call.doorway);
    const endpoints = await agents.endpoints.list(permit, visible);
    return { endpoints: endpoints.map((one) => infoOf(one, site.public_url)) };
  },
});

/** By an alias the endpoint that it means is shown. Source: databricks-sdk-py `serving_endpoints.get`. */
export const getEndpoint = endpoint({
  method: "GET",
  path: "/api/2.0/serving-endpoints/{name}",
  scope: "model-serving",
  input: NamedInput,
  output: AnyObject,
  what: ({ name }, { gateway }) => securable(gateway.endpointNamed(name)),
  action: "endpoint.read_metadata",
  run: async ({ agents, site }, permit) => infoOf(await agents.endpoints.get(permit), site.public_url),
});
