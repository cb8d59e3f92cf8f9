import type { Endpoint } from "../endpoint.ts";
import { chatEndpoints } from "./chat.ts";
import {
  createEndpoint,
  deleteEndpoint,
  patchTags,
  putAiGateway,
  putRateLimits,
  updateConfig,
} from "./configuration.ts";
import { embeddingEndpoints } from "./embeddings.ts";
import { getEndpoint, listEndpoints } from "./endpoints.ts";
import { createResponse, invoke } from "./invocations.ts";
import { buildLogs, endpointMetrics, endpointOpenApi, serviceLogs } from "./observation.ts";
import { refusedServing } from "./refused.ts";

/** Model and agent serving. Source: Databricks "Serving endpoints" API, its OpenAI-compatible paths, and the Unity AI Gateway's. */
export const servingEndpoints: readonly Endpoint[] = [
  invoke,
  createResponse,
  ...chatEndpoints,
  ...embeddingEndpoints,
  listEndpoints,
  getEndpoint,
  createEndpoint,
  deleteEndpoint,
  updateConfig,
  putAiGateway,
  putRateLimits,
  patchTags,
  endpointOpenApi,
  endpointMetrics,
  serviceLogs,
  buildLogs,
  ...refusedServing,
];
