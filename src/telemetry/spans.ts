import {
  type DecisionRecord,
  type Doorway,
  type ModelUsage,
  type PassageEnd,
  passageSpanId,
  permitSpanId,
  type RequestEnd,
  requestSpanId,
  type What,
} from "#kernel/mod.ts";
import { DB_SYSTEM, genAiNamesOf, sqlOperation } from "./names.ts";

/** A span that has ended. */
export interface Span {
  readonly trace_id: string;
  readonly id: string;
  readonly parent_id: string | undefined;
  /** Its parent is another process's. */
  readonly isParentRemote: boolean;
  readonly name: string;
  readonly kind: "server" | "client" | "internal";
  readonly start_ms: number;
  readonly end_ms: number;
  readonly error_code: string | undefined;
  readonly attributes: Attributes;
}

type Attributes = Readonly<Record<string, string | number | readonly string[]>>;

/** Names of these say nothing of a person. They are told of what there is, never of what was only asked for. */
const named: ReadonlySet<What["type"]> = new Set(["CATALOG", "SCHEMA", "TABLE", "FUNCTION", "ENDPOINT", "WAREHOUSE"]);

/** A request, if it was read far enough to have a trace. */
export function requestSpan(end: RequestEnd, start_ms: number, end_ms: number): Span | undefined {
  const { request, method, route, status_code, error_code } = end;
  if (!request) return undefined;
  return {
    trace_id: request.trace_id,
    id: requestSpanId(request),
    parent_id: request.context?.parent_id,
    isParentRemote: true,
    name: route === undefined ? method : `${method} ${route}`,
    kind: "server",
    start_ms,
    end_ms,
    error_code: status_code >= 500 ? error_code : undefined,
    attributes: {
      "http.request.method": method,
      "http.response.status_code": status_code,
      "lakeward.request.id": request.request_id,
      ...(route !== undefined && { "http.route": route }),
      ...(error_code !== undefined && { "error.type": error_code }),
    },
  };
}

/** A passage through an inner door. */
export function passageSpan(doorway: Doorway, end: PassageEnd, start_ms: number, end_ms: number): Span {
  const { operation, tool, error_code } = end;
  const isSql = doorway.door === "sql";
  const called = isSql ? operation && sqlOperation(operation) : operation;
  const about: Attributes = isSql
    ? { "db.system.name": DB_SYSTEM, ...(called && { "db.operation.name": called }) }
    : {
        ...(called && { "mcp.method.name": called }),
        ...(called === "tools/call" && { "gen_ai.operation.name": "execute_tool" }),
        ...(tool !== undefined && { "gen_ai.tool.name": tool }),
      };
  return {
    ...placeOf(doorway, start_ms, end_ms, doorway.outer),
    id: passageSpanId(doorway),
    name: [called ?? doorway.door, tool].filter((one) => one !== undefined).join(" "),
    kind: isSql ? "internal" : "server",
    error_code,
    attributes: { ...about, ...(error_code !== undefined && { "error.type": error_code }) },
  };
}

/** A decision that is a step within its request: what a statement or tool touched, and every question to an endpoint. */
export function decisionSpan(record: DecisionRecord, doorway: Doorway): Span | undefined {
  const { action, door, effect, key, what, outcome } = record;
  if (action !== "endpoint.query" && !doorway.outer) return undefined;
  const { at_ms, duration_ms, obligations, lent_by } = record;
  const [only] = what;
  const name = effect === "permit" && what.length === 1 && named.has(only!.type) ? only!.name : undefined;
  const error_code = outcome?.error_code;
  const usage = outcome?.usage;
  const shared = {
    ...placeOf(doorway, at_ms, at_ms + duration_ms, doorway),
    id: permitSpanId(key),
    error_code,
  };
  const attributes: Attributes = {
    "lakeward.action": action,
    "lakeward.door": door,
    "lakeward.effect": effect,
    ...(only && { "lakeward.securable.type": only.type }),
    ...(name !== undefined && { "lakeward.securable.name": name }),
    ...(obligations.length > 0 && { "lakeward.obligations": obligations.map((one) => `${one.type} ${one.policy}`) }),
    ...(lent_by.length > 0 && { "lakeward.lent_by": lent_by.map((one) => one.what.name) }),
    ...(error_code !== undefined && { "error.type": error_code }),
  };
  if (usage) return { ...shared, ...questionOf(record, usage, attributes) };
  if (action === "function.execute" && door === "mcp" && name !== undefined)
    return {
      ...shared,
      name: `execute_tool ${name}`,
      kind: "internal",
      attributes: { ...attributes, "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name },
    };
  return { ...shared, name: name === undefined ? action : `${action} ${name}`, kind: "internal", attributes };
}

function questionOf(
  record: DecisionRecord,
  usage: ModelUsage,
  attributes: Attributes,
): Pick<Span, "name" | "kind" | "attributes"> {
  const { operation, provider, model, endpoint } = genAiNamesOf(record, usage);
  const isAgent = operation === "invoke_agent";
  const { input_tokens, output_tokens, cached_tokens, attempts, findings, time_to_first_byte_ms } = usage;
  return {
    name: `${operation} ${model || endpoint}`,
    kind: isAgent ? "internal" : "client",
    attributes: {
      ...attributes,
      "gen_ai.operation.name": operation,
      ...(provider && { "gen_ai.provider.name": provider }),
      ...(model && { "gen_ai.request.model": model }),
      ...(isAgent && { "gen_ai.agent.name": endpoint }),
      "gen_ai.usage.input_tokens": input_tokens,
      "gen_ai.usage.output_tokens": output_tokens,
      ...(cached_tokens !== undefined && { "gen_ai.usage.cache_read.input_tokens": cached_tokens }),
      ...(time_to_first_byte_ms !== undefined && { "lakeward.time_to_first_token": time_to_first_byte_ms / 1000 }),
      "http.response.status_code": usage.status_code,
      "lakeward.endpoint.name": endpoint,
      "lakeward.attempts": attempts.map(({ entity, status }) => `${entity} ${status ?? "no answer"}`),
      "lakeward.findings": findings.map(({ guardrail, phase, action, found }) =>
        [guardrail, phase, action, ...Object.keys(found)].join(" "),
      ),
    },
  };
}

/** Where in its trace a span stands that was begun at `within`, or in the request itself. */
function placeOf({ request }: Doorway, start_ms: number, end_ms: number, within: Doorway | undefined) {
  const passage = passageOf(within);
  return {
    trace_id: request.trace_id,
    parent_id: passage ? passageSpanId(passage) : requestSpanId(request),
    isParentRemote: false,
    start_ms,
    end_ms,
  };
}

/** The nearest passage that has a span of its own: those of statements and of MCP's messages have. */
function passageOf(doorway: Doorway | undefined): Doorway | undefined {
  for (let at = doorway; at?.outer; at = at.outer) if (at.door === "sql" || at.door === "mcp") return at;
  return undefined;
}
