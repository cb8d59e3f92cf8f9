import { infoOf } from "#agents/mod.ts";
import type { JsonObject } from "#base/json.ts";
import { endpoint as securable, workspace } from "#kernel/mod.ts";
import { endpoint } from "../endpoint.ts";
import { AnyObject, NamedBody, NamedInput } from "./schemas.ts";

/** Source of all here: databricks-sdk-py `service/serving.py`, ServingEndpointsAPI. */
export const createEndpoint = endpoint({
  method: "POST",
  path: "/api/2.0/serving-endpoints",
  slash: true,
  scope: "model-serving",
  input: NamedBody,
  output: AnyObject,
  what: () => workspace,
  action: "endpoint.create",
  run: async ({ gateway, site }, permit, input) =>
    infoOf(await gateway.configuration.create(permit, input as JsonObject), site.public_url),
});

export const deleteEndpoint = endpoint({
  method: "DELETE",
  path: "/api/2.0/serving-endpoints/{name}",
  scope: "model-serving",
  input: NamedInput,
  output: AnyObject,
  what: ({ name }) => securable(name),
  action: "endpoint.delete",
  run: async ({ agents }, permit) => {
    await agents.endpoints.remove(permit);
    return {};
  },
});

export const updateConfig = endpoint({
  method: "PUT",
  path: "/api/2.0/serving-endpoints/{name}/config",
  scope: "model-serving",
  input: NamedBody,
  output: AnyObject,
  what: ({ name }) => securable(name),
  action: "endpoint.update",
  run: async ({ gateway, site }, permit, input) =>
    infoOf(await gateway.configuration.serve(permit, input as JsonObject), site.public_url),
});

export const putAiGateway = endpoint({
  method: "PUT",
  path: "/api/2.0/serving-endpoints/{name}/ai-gateway",
  scope: "model-serving",
  input: NamedBody,
  output: AnyObject,
  what: ({ name }) => securable(name),
  action: "endpoint.update",
  run: async ({ gateway }, permit, input) => await gateway.configuration.govern(permit, input as JsonObject),
});

export const putRateLimits = endpoint({
  method: "PUT",
  path: "/api/2.0/serving-endpoints/{name}/rate-limits",
  scope: "model-serving",
  input: NamedBody,
  output: AnyObject,
  what: ({ name }) => securable(name),
  action: "endpoint.update",
  run: async ({ gateway }, permit, input) => ({
    rate_limits: await gateway.configuration.limit(permit, input as JsonObject),
  }),
});

export const patchTags = endpoint({
  method: "PATCH",
  path: "/api/2.0/serving-endpoints/{name}/tags",
  scope: "model-serving",
  input: NamedBody,
  output: AnyObject,
  what: ({ name }) => securable(name),
  action: "endpoint.update",
  run: async ({ gateway }, permit, input) => ({
    tags: await gateway.configuration.label(permit, input as JsonObject),
  }),
});
