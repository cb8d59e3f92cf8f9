import type { Clock } from "#base/clock.ts";
import type { Who } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { AiGatewayConfig } from "#wire/serving/ai-gateway.ts";
import { type Bucket, bucketsOf, PERIOD_MS } from "./buckets.ts";
import type { Count, Counters, Take } from "./counters.ts";

/** What a question may take of its limits, before it is known what it takes. */
export interface Estimate {
  /** Tokens that it can be held to: its own words, and the bound that it sets for the answer. */
  readonly firm_tokens: number;
  /** Tokens of an answer without a bound: what most take. Less is reserved where a limit has less in all. */
  readonly likely_tokens: number;
}

/** What was taken of the limits for one question. */
export interface Reservation {
  /** `X-RateLimit-*`, of the limit that is nearest; none without limits. */
  readonly headers: Readonly<Record<string, string>>;
  /** Puts what it really took in the place of what was reserved, in the same period. A second call changes nothing. */
  settle(tokens: number): Promise<void>;
}

export interface Limits {
  /**
   * Takes a request and its tokens of every limit that concerns the caller, or of none.
   * @throws Fault REQUEST_LIMIT_EXCEEDED naming the limit, with Retry-After; TEMPORARILY_UNAVAILABLE when nothing can be counted.
   */
  reserve(
    who: Who,
    endpoint: { readonly id: string; readonly name: string; readonly ai_gateway: AiGatewayConfig },
    estimate: Estimate,
  ): Promise<Reservation>;
}

const unlimited: Reservation = Object.freeze({ headers: Object.freeze({}), settle: async () => {} });

export function createLimits(counters: Counters, clock: Clock): Limits {
  return {
    reserve: async (who, { id, name, ai_gateway }, estimate) => {
      const buckets = bucketsOf(id, ai_gateway.rate_limits ?? [], who);
      if (buckets.length === 0) return unlimited;
      const now_ms = clock.now_ms();
      const takes = buckets.map((bucket) => takeOf(bucket, now_ms, estimate));
      const answer = await counters.take(takes);
      if ("full" in answer) throw exceeded(name, buckets[takes.indexOf(answer.full[0]!)]!, answer.full[0]!, now_ms);
      let isSettled = false;
      return {
        headers: headersOf(takes, answer.counts, now_ms),
        settle: async (tokens) => {
          if (isSettled) return;
          isSettled = true;
          await counters.correct(
            takes,
            takes.map((take) => tokens - take.tokens),
          );
        },
      };
    },
  };
}

function takeOf({ key, rule }: Bucket, now_ms: number, { firm_tokens, likely_tokens }: Estimate): Take {
  const period_ms = PERIOD_MS[rule.renewal_period];
  const tokens_max = rule.tokens ?? null;
  const wanted = firm_tokens + likely_tokens;
  return {
    key,
    period_ms,
    period_start_ms: Math.floor(now_ms / period_ms) * period_ms,
    requests_max: rule.calls ?? null,
    tokens_max,
    tokens: tokens_max === null ? wanted : Math.max(firm_tokens, Math.min(wanted, tokens_max)),
  };
}

const secondsUntilEnd = ({ period_start_ms, period_ms }: Take, now_ms: number): number =>
  Math.max(1, Math.ceil((period_start_ms + period_ms - now_ms) / 1000));

/** Names as OpenAI's and Neon's gateways send them. */
function headersOf(takes: readonly Take[], counts: readonly Count[], now_ms: number): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const kind of ["requests", "tokens"] as const) {
    const limited = takes
      .map((take, index) => ({ take, max: take[`${kind}_max`], used: counts[index]![kind] }))
      .filter((one): one is typeof one & { readonly max: number } => one.max !== null)
      .sort((a, b) => a.max - a.used - (b.max - b.used));
    const [nearest] = limited;
    if (!nearest) continue;
    headers[`x-ratelimit-limit-${kind}`] = String(nearest.max);
    headers[`x-ratelimit-remaining-${kind}`] = String(Math.max(0, nearest.max - nearest.used));
    headers[`x-ratelimit-reset-${kind}`] = `${secondsUntilEnd(nearest.take, now_ms)}s`;
  }
  return headers;
}

function exceeded(endpoint: string, { rule, of }: Bucket, take: Take, now_ms: number): Fault {
  const after_s = secondsUntilEnd(take, now_ms);
  const bounds = [
    take.requests_max !== null && `${take.requests_max} calls`,
    take.tokens_max !== null && `${take.tokens_max} tokens`,
  ].filter(Boolean);
  const isTooLarge = take.tokens_max !== null && take.tokens > take.tokens_max;
  const next = isTooLarge
    ? `This question alone may take ${take.tokens} tokens: shorten it, or lower its max_tokens.`
    : `Try again in ${after_s} s, or ask the endpoint's owner for more.`;
  return new Fault(
    "REQUEST_LIMIT_EXCEEDED",
    `REQUEST_LIMIT_EXCEEDED: Exceeded the rate limit of ${of} on serving endpoint '${endpoint}': ${bounds.join(" and ")} per ${rule.renewal_period}. ${next}`,
    {
      headers: {
        "retry-after": String(after_s),
        ...headersOf([take], [{ requests: take.requests_max ?? 0, tokens: take.tokens_max ?? 0 }], now_ms),
      },
    },
  );
}
