import type { Json, JsonObject } from "#base/json.ts";
import type { RateLimit, RateLimitKey } from "#wire/serving/ai-gateway.ts";
import { listAt, numberAt, objectAt, oneOf, refuse, textAt } from "../configuration/fields.ts";

/** Source of both: Databricks docs "Configure rate limits for AI Gateway endpoints", limitations. */
const RULES_MAX = 20;
const GROUPS_MAX = 5;

const known = ["calls", "tokens", "key", "principal", "request_tag_key", "request_tag_value", "renewal_period"];
const keys: readonly RateLimitKey[] = ["user", "endpoint", "user_group", "service_principal", "request_tag"];
const periods: readonly RateLimit["renewal_period"][] = ["minute", "hour"];

/** Who must be named by a rule of each key; with `user`, somebody may be. */
const names: Readonly<Record<RateLimitKey, "never" | "always" | "maybe">> = {
  endpoint: "never",
  user: "maybe",
  user_group: "always",
  service_principal: "always",
  request_tag: "never",
};

/**
 * The rate limits of an endpoint. Source: databricks-sdk-py `service/serving.py`, AiGatewayRateLimit, which has minutes alone; hours
 * and request tags are those of its newer gateway (`service/catalog.py`, RateLimit).
 * @throws Fault INVALID_PARAMETER_VALUE naming the field.
 */
export function readRateLimits(value: Json): readonly RateLimit[] {
  const rules = listAt(value, "rate_limits").map((one, index) => ruleOf(one, `rate_limits[${index}]`));
  if (rules.length > RULES_MAX) refuse(`An endpoint has at most ${RULES_MAX} rate limits.`);
  const groups = new Set(rules.filter((rule) => rule.key === "user_group").map((rule) => rule.principal));
  if (groups.size > GROUPS_MAX) refuse(`An endpoint has rate limits for at most ${GROUPS_MAX} groups.`);
  const whose = rules.map(
    ({ key = "endpoint", principal = "", renewal_period, request_tag_key, request_tag_value }) => {
      const named = key === "user_group" ? principal : principal.toLowerCase();
      return JSON.stringify([key, named, renewal_period, request_tag_key, request_tag_value]);
    },
  );
  for (const [index, one] of whose.entries()) {
    const first = whose.indexOf(one);
    if (first < index)
      refuse(`'rate_limits[${index}]' is of the same as 'rate_limits[${first}]': put calls and tokens into one.`);
  }
  return rules;
}

function ruleOf(value: Json, at: string): RateLimit {
  const fields = objectAt(value, at, known);
  const { calls, tokens, key, principal, renewal_period } = fields;
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
    ...tagOf(fields, of, at),
    renewal_period: oneOf(renewal_period, periods, `${at}.renewal_period`),
  };
}

/** The tag of a rule for one, and of no other. */
function tagOf(
  { request_tag_key: key, request_tag_value: value }: JsonObject,
  of: RateLimitKey,
  at: string,
): Pick<RateLimit, "request_tag_key" | "request_tag_value"> {
  if (of !== "request_tag") {
    if (key !== undefined || value !== undefined)
      refuse(`'${at}.request_tag_key' and '${at}.request_tag_value' cannot be set where the key is '${of}'.`);
    return {};
  }
  if (key === undefined) refuse(`'${at}.request_tag_key' is needed where the key is 'request_tag'.`);
  return {
    request_tag_key: textAt(key, `${at}.request_tag_key`),
    ...(value !== undefined && { request_tag_value: textAt(value, `${at}.request_tag_value`) }),
  };
}
