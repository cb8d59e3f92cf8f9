import type { Json } from "#base/json.ts";
import type { RateLimit, RateLimitKey } from "#wire/serving/ai-gateway.ts";
import { listAt, numberAt, objectAt, refuse, textAt } from "../configuration/fields.ts";

/** Source of both: Databricks docs "Configure rate limits for AI Gateway endpoints", limitations. */
const RULES_MAX = 20;
const GROUPS_MAX = 5;

const known = ["calls", "tokens", "key", "principal", "renewal_period"];
const keys: readonly RateLimitKey[] = ["user", "endpoint", "user_group", "service_principal"];
const periods: readonly RateLimit["renewal_period"][] = ["minute", "hour"];

/** Who must be named by a rule of each key; with `user`, somebody may be. */
const names: Readonly<Record<RateLimitKey, "never" | "always" | "maybe">> = {
  endpoint: "never",
  user: "maybe",
  user_group: "always",
  service_principal: "always",
};

/**
 * The rate limits of an endpoint. Source: databricks-sdk-py `service/serving.py`, AiGatewayRateLimit, which has minutes alone; hours
 * are those of its newer gateway.
 * @throws Fault INVALID_PARAMETER_VALUE naming the field.
 */
export function readRateLimits(value: Json): readonly RateLimit[] {
  const rules = listAt(value, "rate_limits").map((one, index) => ruleOf(one, `rate_limits[${index}]`));
  if (rules.length > RULES_MAX) refuse(`An endpoint has at most ${RULES_MAX} rate limits.`);
  const groups = new Set(rules.filter((rule) => rule.key === "user_group").map((rule) => rule.principal));
  if (groups.size > GROUPS_MAX) refuse(`An endpoint has rate limits for at most ${GROUPS_MAX} groups.`);
  const whose = rules.map(({ key = "endpoint", principal = "", renewal_period }) =>
    JSON.stringify([key, key === "user_group" ? principal : principal.toLowerCase(), renewal_period]),
  );
  for (const [index, one] of whose.entries()) {
    const first = whose.indexOf(one);
    if (first < index)
      refuse(`'rate_limits[${index}]' is of the same as 'rate_limits[${first}]': put calls and tokens into one.`);
  }
  return rules;
}

function ruleOf(value: Json, at: string): RateLimit {
  const { calls, tokens, key, principal, renewal_period } = objectAt(value, at, known);
  const of = key === undefined ? "endpoint" : oneOf(key, keys, `${at}.key`);
  if (calls === undefined && tokens === undefined) refuse(`'${at}' needs 'calls' or 'tokens'.`);
  if (names[of] === "never" && principal !== undefined)
    refuse(`'${at}.principal' cannot be set where the key is '${of}'.`);
  if (names[of] === "always" && principal === undefined)
    refuse(`'${at}.principal' is needed where the key is '${of}'.`);
  return {
    ...(calls !== undefined && { calls: numberAt(calls, `${at}.calls`, 0, Number.MAX_SAFE_INTEGER) }),
    ...(tokens !== undefined && { tokens: numberAt(tokens, `${at}.tokens`, 0, Number.MAX_SAFE_INTEGER) }),
    ...(key !== undefined && { key: of }),
    ...(principal !== undefined && { principal: textAt(principal, `${at}.principal`) }),
    renewal_period: oneOf(renewal_period, periods, `${at}.renewal_period`),
  };
}

function oneOf<T extends string>(value: Json | undefined, allowed: readonly T[], at: string): T {
  const found = allowed.find((one) => one === value);
  return found ?? refuse(`'${at}' must be one of: ${allowed.join(", ")}.`);
}
