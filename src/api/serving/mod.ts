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
import { getEndpoint, listEndpoints } from "./endpoints.ts";
import { createResponse, invoke } from "./invocations.ts";
import { refusedServing } from "./refused.ts";

/** Model and agent serving. Source: Databricks "Serving endpoints" API, its OpenAI-compatible paths, and the Unity AI Gateway's. */
export const servingEndpoints: readonly Endpoint[] = [
  invoke,
  createResponse,
  ...chatEndpoints,
  listEndpoints,
  getEndpoint,
  createEndpoint,
  deleteEndpoint,
  updateConfig,
  putAiGateway,
  putRateLimits,
  patchTags,
  ...refusedServing,
];
