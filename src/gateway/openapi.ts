import type { ServedEndpoint } from "#agents/mod.ts";
import type { JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import { type QuerySchemas, querySchemas } from "#wire/serving/query-schemas.ts";

/**
 * The OpenAPI document of how an endpoint is asked. It names no field that the endpoint would refuse, and nothing of where its models are.
 * Source: Databricks docs, "Get the schema for a model serving endpoint".
 */
export function openApiOf(endpoint: ServedEndpoint, public_url: string): JsonObject {
  const { request, response, streams } = schemasOf(endpoint);
  const answer = {
    "application/json": { schema: response },
    ...(streams && { "text/event-stream": { schema: { type: "string" } } }),
  };
  const post = {
    operationId: "query",
    requestBody: { required: true, content: { "application/json": { schema: request } } },
    responses: { "200": { description: "The answer.", content: answer } },
  };
  return {
    openapi: "3.1.0",
    info: { title: endpoint.name, version: String(endpoint.config_version), description: endpoint.description },
    servers: [{ url: `${public_url}/serving-endpoints/${encodeURIComponent(endpoint.name)}` }],
    paths: { "/invocations": { post } },
  };
}

function schemasOf(endpoint: ServedEndpoint): QuerySchemas {
  const task = endpoint.kind === "agent" ? "agent/v1/responses" : endpoint.task;
  if (task === "llm/v1/completions")
    throw new Fault("NOT_IMPLEMENTED", `The OpenAPI document for ${task} is not available on this server.`);
  return querySchemas[task];
}
