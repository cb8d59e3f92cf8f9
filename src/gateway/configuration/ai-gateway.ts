import type { ModelTask, ServedEndpoint } from "#agents/mod.ts";
import type { Json, JsonObject } from "#base/json.ts";
import type { AiGatewayConfig, RateLimit } from "#wire/serving/ai-gateway.ts";
import { readResponseCache } from "../cache/mod.ts";
import { type GuardAbilities, readGuardrails } from "../guardrails/mod.ts";
import { readRateLimits } from "../limits/mod.ts";
import { flagAt, objectAt, refuse, textAt } from "./fields.ts";

const known = [
  "rate_limits",
  "guardrails",
  "inference_table_config",
  "usage_tracking_config",
  "fallback_config",
  "response_cache_config",
];
const tableFields = ["enabled", "catalog_name", "schema_name", "table_name_prefix"];

/** What of an endpoint decides which rules it can have. */
interface Served extends GuardAbilities {
  readonly kind: ServedEndpoint["kind"];
  /** Of one that serves models. */
  readonly task?: ModelTask;
}

/**
 * The whole `ai_gateway` object: what is not in it is off. What is accepted is kept and shown as it was given.
 * Source: databricks-sdk-py `service/serving.py`, `put_ai_gateway`.
 * @throws Fault INVALID_PARAMETER_VALUE naming the field; NOT_IMPLEMENTED for what this server does not do.
 */
export function readAiGateway(value: Json | undefined, served: Served): AiGatewayConfig {
  const fields = objectAt(value ?? {}, "ai_gateway", known);
  const { rate_limits, guardrails, inference_table_config, usage_tracking_config, fallback_config } = fields;
  const { response_cache_config } = fields;
  if (served.kind === "agent" && (guardrails !== undefined || fallback_config !== undefined))
    refuse(
      "An endpoint that serves an agent has no guardrails and no fallback: set them on the models that the agent asks.",
    );
  if (served.kind === "agent" && response_cache_config !== undefined)
    refuse(
      "An endpoint that serves an agent has no 'response_cache_config': its answers depend on who asks, and when. Set it on the models that the agent asks.",
    );
  const read: AiGatewayConfig = {
    ...(rate_limits !== undefined && { rate_limits: readRateLimits(rate_limits) }),
    ...(guardrails !== undefined && { guardrails: readGuardrails(guardrails, served) }),
    ...(inference_table_config !== undefined && { inference_table_config: readTable(inference_table_config) }),
    ...(usage_tracking_config !== undefined && { usage_tracking_config: readTracking(usage_tracking_config) }),
    ...(fallback_config !== undefined && { fallback_config: readFallback(fallback_config) }),
    ...(response_cache_config !== undefined && { response_cache_config: readResponseCache(response_cache_config) }),
  };
  assertKeepable(read, served);
  return read;
}

/**
 * What an embedding model answers is numbers, which no guardrail can look at: one that is set for them would promise what is not
 * done. Source: Databricks docs, AI Gateway guardrails, supported tasks.
 * @throws Fault INVALID_PARAMETER_VALUE
 */
export function assertKeepable({ guardrails }: AiGatewayConfig, { task }: Served): void {
  if (task === "llm/v1/embeddings" && guardrails?.output !== undefined)
    refuse(
      "An endpoint that serves an embedding model has no 'guardrails.output': set 'guardrails.input', or leave it out.",
    );
}

function readTable(value: Json): NonNullable<AiGatewayConfig["inference_table_config"]> {
  const path = "ai_gateway.inference_table_config";
  const { enabled, ...names } = objectAt(value, path, tableFields);
  const isEnabled = enabled !== undefined && flagAt(enabled, `${path}.enabled`);
  if (isEnabled && (names.catalog_name === undefined || names.schema_name === undefined))
    refuse(`'${path}' needs 'catalog_name' and 'schema_name', in which the table is made.`);
  const given = Object.entries(names).map(([field, name]) => [field, namePartAt(name, `${path}.${field}`)]);
  return { ...(enabled !== undefined && { enabled: isEnabled }), ...Object.fromEntries(given) };
}

/** Parts are put together by dots, so none may hold one; the catalog has the last word on the rest. */
function namePartAt(value: Json | undefined, path: string): string {
  const name = textAt(value, path);
  return /[./\s\p{Cc}]/u.test(name) ? refuse(`'${path}' must be one part of a name, without dots and blanks.`) : name;
}

/** Usage is always tracked, since it is part of the record of each call; whoever turns it off would think that it is not. */
function readTracking(value: Json): NonNullable<AiGatewayConfig["usage_tracking_config"]> {
  const { enabled } = objectAt(value, "ai_gateway.usage_tracking_config", ["enabled"]);
  if (enabled === undefined || flagAt(enabled, "ai_gateway.usage_tracking_config.enabled")) return { enabled: true };
  return refuse("Usage is always tracked here: 'ai_gateway.usage_tracking_config.enabled' cannot be false.");
}

function readFallback(value: Json): NonNullable<AiGatewayConfig["fallback_config"]> {
  const { enabled } = objectAt(value, "ai_gateway.fallback_config", ["enabled"]);
  return { enabled: flagAt(enabled, "ai_gateway.fallback_config.enabled") };
}

/** Rate limits as they were set before there was an `ai_gateway`: calls alone, for each user or for all. */
export function readLegacyLimits(value: Json | undefined): AiGatewayConfig["rate_limits"] {
  const limits = readRateLimits(value ?? []);
  const isNewer = ({ tokens, principal, key }: RateLimit): boolean =>
    tokens !== undefined || principal !== undefined || key === "request_tag";
  if (limits.some(isNewer))
    refuse("'rate_limits' here hold calls for 'user' or 'endpoint' alone: set others by /ai-gateway.");
  return limits;
}

/** The `ai_gateway` of a body that creates an endpoint, in which `rate_limits` may also stand by themselves. */
export function readGoverned(body: JsonObject, served: Served): AiGatewayConfig {
  const { ai_gateway, rate_limits } = body;
  if (ai_gateway !== undefined && rate_limits !== undefined)
    refuse("'rate_limits' stand in 'ai_gateway' or by themselves, not both.");
  const legacy = rate_limits === undefined ? undefined : readLegacyLimits(rate_limits);
  return { ...readAiGateway(ai_gateway, served), ...(legacy && { rate_limits: legacy }) };
}
