import type { InstrumentRow } from "./series.ts";

const GEN_AI_SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const FIRST_TOKEN_SECONDS = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const TOKENS = Array.from({ length: 14 }, (_, i) => 4 ** i);
const HTTP_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const DB_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
const MCP_SECONDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

const ENDPOINT = "lakeward.endpoint.name";
const MODEL = ["gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model", ENDPOINT];

/**
 * All that is counted. A label's values are of a closed set, or names that whoever may configure something gave it: never a word of
 * a question, an answer, a row, a person or a path. Source of names, units and boundaries without our own prefix: OpenTelemetry's
 * semantic conventions for HTTP, database clients, generative AI and MCP.
 */
export const instrumentRows = {
  request: {
    name: "http.server.request.duration",
    unit: "s",
    description: "Duration of HTTP requests, streams to their end.",
    labels: ["http.request.method", "http.route", "http.response.status_code", "error.type"],
    boundaries: HTTP_SECONDS,
  },
  operation: {
    name: "gen_ai.client.operation.duration",
    unit: "s",
    description: "Duration of questions to models and agents, streams to their end.",
    labels: [...MODEL, "error.type"],
    boundaries: GEN_AI_SECONDS,
  },
  tokens: {
    name: "gen_ai.client.token.usage",
    unit: "{token}",
    description: "Tokens that questions and answers took.",
    labels: [...MODEL, "gen_ai.token.type"],
    boundaries: TOKENS,
  },
  first_token: {
    name: "gen_ai.server.time_to_first_token",
    unit: "s",
    description: "Time until an answer's first token was there.",
    labels: MODEL,
    boundaries: FIRST_TOKEN_SECONDS,
  },
  serving: {
    name: "lakeward.serving.request.duration",
    unit: "s",
    description: "Duration of requests to serving endpoints, streams to their end.",
    labels: [ENDPOINT, "http.response.status_code"],
    boundaries: GEN_AI_SECONDS,
  },
  provider_failure: {
    name: "lakeward.provider.failures",
    unit: "{attempt}",
    description: "Attempts at a model that it did not answer; status 0 when it said nothing.",
    labels: [ENDPOINT, "http.response.status_code"],
  },
  limit_rejection: {
    name: "lakeward.limit.rejections",
    unit: "{request}",
    description: "Requests that a rate limit turned away.",
    labels: [ENDPOINT],
  },
  guardrail_finding: {
    name: "lakeward.guardrail.findings",
    unit: "{finding}",
    description: "Times that a guardrail masked, blocked or noted something.",
    labels: [ENDPOINT, "lakeward.guardrail.name", "lakeward.guardrail.phase", "lakeward.guardrail.action"],
  },
  statement: {
    name: "db.client.operation.duration",
    unit: "s",
    description: "Duration of SQL statements.",
    labels: ["db.system.name", "db.operation.name", "error.type"],
    boundaries: DB_SECONDS,
  },
  mcp: {
    name: "mcp.server.operation.duration",
    unit: "s",
    description: "Duration of requests to MCP servers.",
    labels: ["mcp.method.name", "gen_ai.tool.name", "error.type"],
    boundaries: MCP_SECONDS,
  },
  decision: {
    name: "lakeward.decisions",
    unit: "{decision}",
    description: "Decisions on who may do what.",
    labels: ["lakeward.action", "lakeward.door", "lakeward.effect"],
  },
} as const satisfies Readonly<Record<string, InstrumentRow>>;

export type InstrumentName = keyof typeof instrumentRows;
