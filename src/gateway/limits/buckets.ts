import type { Principal, Who } from "#kernel/mod.ts";
import type { RateLimit, RateLimitKey } from "#wire/serving/ai-gateway.ts";

/** One count that a caller's question adds to, and how much of it there may be in a period. */
export interface Bucket {
  /** Names the count among all: endpoint, whose it is, period. */
  readonly key: string;
  readonly rule: RateLimit;
  /** Whose limit it is, as a refusal says it. */
  readonly of: string;
}

/** Milliseconds of a period. All of them begin at a whole one since the epoch, for everybody alike. */
export const PERIOD_MS: Readonly<Record<RateLimit["renewal_period"], number>> = { minute: 60_000, hour: 3_600_000 };

const own: Readonly<Record<Principal["kind"], RateLimitKey>> = { user: "user", service_principal: "service_principal" };

/**
 * The counts that concern a caller. The endpoint's own always does. Of the others, one that names the caller goes before those of
 * the caller's groups, each of which its members share, and those before the one that everybody has for themselves.
 * Source: Databricks docs "Rate limits", precedence.
 */
export function bucketsOf(endpoint_id: string, rules: readonly RateLimit[], who: Who): readonly Bucket[] {
  const { kind, name } = who.subject;
  const keyOf = ({ key = "endpoint" }: RateLimit): RateLimitKey => key;
  const named = rules.filter((rule) => keyOf(rule) === own[kind] && rule.principal === name);
  const shared = rules.filter((rule) => keyOf(rule) === "user_group" && who.groups.includes(rule.principal ?? ""));
  const everybodys = rules.filter((rule) => keyOf(rule) === "user" && rule.principal === undefined);
  const specific = [named, shared, everybodys].find((some) => some.length > 0) ?? [];
  return [...rules.filter((rule) => keyOf(rule) === "endpoint"), ...specific].map((rule) => {
    const key = keyOf(rule);
    const whose = key === "endpoint" ? "" : (rule.principal ?? name);
    const of = key === "endpoint" ? "the endpoint" : key === "user_group" ? `the group '${whose}'` : `'${whose}'`;
    return { key: `${endpoint_id} ${key} ${rule.renewal_period} ${whose}`, rule, of };
  });
}
