import type { Endpoint } from "../endpoint.ts";
import { getEndpoint, listEndpoints } from "./endpoints.ts";
import { createChatCompletion, createResponse, invoke } from "./invocations.ts";
import { refusedServing } from "./refused.ts";

/** Model and agent serving. Source: Databricks "Serving endpoints" API and its OpenAI-compatible paths. */
export const servingEndpoints: readonly Endpoint[] = [
  invoke,
  createResponse,
  createChatCompletion,
  listEndpoints,
  getEndpoint,
  ...refusedServing,
];
