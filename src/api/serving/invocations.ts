import { endpoint as securable } from "#kernel/mod.ts";
import { endpoint } from "../endpoint.ts";
import { replyOf } from "./answer.ts";
import { askingOf } from "./asking.ts";
import { AnyObject, ModelBody, NamedBody } from "./schemas.ts";

/** Source: Databricks docs "Query a serving endpoint"; by what the endpoint serves, an agent or a model is asked. */
export const invoke = endpoint({
  method: "POST",
  path: "/serving-endpoints/{name}/invocations",
  scope: "model-serving",
  input: NamedBody,
  output: AnyObject,
  what: ({ name }, { gateway }) => securable(gateway.endpointNamed(name)),
  action: "endpoint.query",
  run: async ({ gateway }, permit, { name: _, ...body }, call) =>
    replyOf(await gateway.invoke.invocations(permit, askingOf(body, call))),
});

/** OpenAI's responses.create with the workspace as its base URL; `model` is the endpoint's name. */
export const createResponse = endpoint({
  method: "POST",
  path: "/serving-endpoints/responses",
  errors: "openai",
  scope: "model-serving",
  input: ModelBody,
  output: AnyObject,
  what: ({ model }, { gateway }) => securable(gateway.endpointNamed(model)),
  action: "endpoint.query",
  run: async ({ gateway }, permit, { model: _, ...body }, call) =>
    replyOf(await gateway.invoke.responses(permit, askingOf(body, call))),
});
