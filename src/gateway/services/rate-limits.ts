import type { Json } from "#base/json.ts";
import type { RateLimit } from "#wire/serving/ai-gateway.ts";
import { listAt, objectAt, refuse } from "../configuration/fields.ts";
import { readRateLimits } from "../limits/mod.ts";

interface KeyRow {
  readonly key: NonNullable<RateLimit["key"]>;
  readonly isNamed: boolean;
}

/** The keys of a service's limits as those of an endpoint's. Source: databricks-sdk-py `service/catalog.py`, RateLimitRateLimitKey. */
const keys: Readonly<Record<string, KeyRow>> = {
  RATE_LIMIT_KEY_SERVICE: { key: "endpoint", isNamed: false },
  RATE_LIMIT_KEY_USER_DEFAULT: { key: "user", isNamed: false },
  RATE_LIMIT_KEY_USER: { key: "user", isNamed: true },
  RATE_LIMIT_KEY_USER_GROUP: { key: "user_group", isNamed: true },
  RATE_LIMIT_KEY_SERVICE_PRINCIPAL: { key: "service_principal", isNamed: true },
};

/** Source: databricks-sdk-py `service/catalog.py`, RateLimitRateLimitRenewalPeriod. */
const periods: Readonly<Record<string, RateLimit["renewal_period"]>> = {
  RATE_LIMIT_RENEWAL_PERIOD_MINUTE: "minute",
  RATE_LIMIT_RENEWAL_PERIOD_HOUR: "hour",
};

const known = ["key", "renewal_period", "principal", "requests", "tokens"];

/** The rate limits of a service, in the form that an endpoint has them. @throws Fault INVALID_PARAMETER_VALUE naming the field. */
export function readServiceLimits(value: Json): readonly RateLimit[] {
  const limits = listAt(value, "config.rate_limits").map((one, index) => {
    const at = `config.rate_limits[${index}]`;
    const { key, renewal_period, principal, requests, tokens } = objectAt(one, at, known);
    const { key: of, isNamed } = rowAt(keys, key, `${at}.key`);
    if (isNamed !== (principal !== undefined))
      refuse(`'${at}.principal' ${isNamed ? "is needed" : "cannot be set"} where the key is '${String(key)}'.`);
    if (requests === undefined && tokens === undefined) refuse(`'${at}' needs 'requests' or 'tokens'.`);
    return {
      key: of,
      renewal_period: rowAt(periods, renewal_period, `${at}.renewal_period`),
      ...(principal !== undefined && { principal }),
      ...(requests !== undefined && { calls: requests }),
      ...(tokens !== undefined && { tokens }),
    };
  });
  return readRateLimits(limits);
}

function rowAt<T>(rows: Readonly<Record<string, T>>, word: Json | undefined, at: string): T {
  const row = typeof word === "string" && Object.hasOwn(rows, word) ? rows[word] : undefined;
  return row ?? refuse(`'${at}' must be one of: ${Object.keys(rows).join(", ")}.`);
}

/** A limit as a service shows it. Principals are named in the full view alone. */
export function shownLimit({ key = "endpoint", renewal_period, principal, calls, tokens }: RateLimit, isFull: boolean) {
  const wordOf = <T>(rows: Readonly<Record<string, T>>, isMeant: (row: T) => boolean): string =>
    Object.keys(rows).find((word) => isMeant(rows[word]!))!;
  return {
    key: wordOf(keys, (row) => row.key === key && row.isNamed === (principal !== undefined)),
    renewal_period: wordOf(periods, (period) => period === renewal_period),
    ...(isFull && principal !== undefined && { principal }),
    ...(calls !== undefined && { requests: calls }),
    ...(tokens !== undefined && { tokens }),
  };
}
