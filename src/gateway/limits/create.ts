import type { Clock } from "#base/clock.ts";
import { type Log, silentLog } from "#base/log.ts";
import type { Who } from "#kernel/mod.ts";
import { faultOf } from "#wire/errors.ts";
import type { AiGatewayConfig } from "#wire/serving/ai-gateway.ts";
import { type Bucket, bucketsOf, PERIOD_MS, type RequestTags } from "./buckets.ts";
import { type Count, type Counters, fullSets, type Take } from "./counters.ts";
import { exceeded } from "./exceeded.ts";
import { headersOf } from "./headers.ts";
import { beyondThroughput, throughputTake } from "./throughput.ts";

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
  /**
   * Puts the tokens that it really took in the place of those that were reserved, in the same period; once that is over, nothing.
   * What failed before anybody was asked took none and gets all back, but its request counts: it was work, and who may ask so
   * often may not try guardrails more often. A second call changes nothing. Never rejects: an answer is not taken back because it
   * could not be counted; what was reserved then stands until the period is over, and the log says so.
   */
  settle(tokens: number): Promise<void>;
}

export interface Limits {
  /**
   * Takes a request and its tokens of every limit that concerns the caller or the question's tags, or of none.
   * @throws Fault REQUEST_LIMIT_EXCEEDED naming the limit, with Retry-After; TEMPORARILY_UNAVAILABLE when nothing can be counted.
   */
  reserve(
    who: Pick<Who, "subject" | "groups">,
    endpoint: { readonly id: string; readonly name: string; readonly ai_gateway: AiGatewayConfig },
    estimate: Estimate,
    tags?: RequestTags,
  ): Promise<Reservation>;
  /**
   * Takes a question's tokens of what a served entity is provisioned with, in the same counts: exact wherever those are.
   * @throws Fault REQUEST_LIMIT_EXCEEDED with Retry-After, by a `ProviderFailure`, so that another entity may be asked.
   */
  provisioned(
    endpoint: { readonly id: string; readonly name: string },
    entity: string,
    tokens_per_s: number,
    estimate: Estimate,
  ): Promise<Reservation>;
}

const unlimited: Reservation = Object.freeze({ headers: Object.freeze({}), settle: async () => {} });

/** A clock that is set back by less waits until it is there again, so that no period begins twice; by more, it was wrong before. */
const SET_BACK_MS_MAX = 3_600_000;

export function createLimits(counters: Counters, clock: Clock, log: Log = silentLog): Limits {
  let latest_ms = 0;
  const nowOf = (): number => {
    const now_ms = clock.now_ms();
    if (now_ms > latest_ms || latest_ms - now_ms > SET_BACK_MS_MAX) latest_ms = now_ms;
    return latest_ms;
  };
  return {
    reserve: async (who, { id, name, ai_gateway }, estimate, tags) => {
      const { rate_limits } = ai_gateway;
      if (!rate_limits || rate_limits.length === 0) return unlimited;
      const buckets = bucketsOf(id, rate_limits, who, tags);
      if (buckets.length === 0) return unlimited;
      const now_ms = nowOf();
      const takes = buckets.map((bucket) => takeOf(bucket, now_ms, estimate));
      const { isTaken, before } = await counters.take(takes);
      if (!isTaken) throw exceeded(name, buckets, takes, before, now_ms);
      const full = fullSets(takes, before);
      const counts = takes.map((take, i) => (full.has(take.set) ? before[i]! : after(before[i]!, take)));
      const taken = full.size === 0 ? takes : takes.filter((take) => !full.has(take.set));
      return reservation(headersOf(takes, counts, now_ms), (tokens) =>
        settle(counters, taken, tokens, { log, endpoint_id: id }),
      );
    },
    provisioned: async ({ id, name }, entity, tokens_per_s, estimate) => {
      const now_ms = nowOf();
      const take = throughputTake(`${id} provisioned ${entity}`, tokens_per_s, now_ms, estimate);
      const { isTaken, before } = await counters.take([take]);
      if (!isTaken) throw beyondThroughput({ endpoint: name, entity }, take, before[0]!, now_ms);
      return reservation({}, (tokens) => settle(counters, [take], tokens, { log, endpoint_id: id }));
    },
  };
}

/** Settles once. */
function reservation(headers: Reservation["headers"], settleOnce: (tokens: number) => Promise<void>): Reservation {
  let settled: Promise<void> | undefined;
  return {
    headers,
    settle: (tokens) => {
      settled ??= settleOnce(tokens);
      return settled;
    },
  };
}

function takeOf({ key, rule, set }: Bucket, now_ms: number, { firm_tokens, likely_tokens }: Estimate): Take {
  const period_ms = PERIOD_MS[rule.renewal_period];
  const tokens_max = rule.tokens ?? null;
  // No question takes none, so that a limit of no tokens lets none through.
  const firm = Math.max(1, firm_tokens);
  const wanted = firm + likely_tokens;
  return {
    key,
    period_ms,
    period_start_ms: Math.floor(now_ms / period_ms) * period_ms,
    requests_max: rule.calls ?? null,
    tokens_max,
    tokens: tokens_max === null ? wanted : Math.max(firm, Math.min(wanted, tokens_max)),
    set,
  };
}

const after = ({ requests, tokens }: Count, take: Take): Count => ({
  requests: requests + 1,
  tokens: tokens + take.tokens,
});

async function settle(
  counters: Counters,
  taken: readonly Take[],
  tokens: number,
  { log, endpoint_id }: { readonly log: Log; readonly endpoint_id: string },
): Promise<void> {
  const changes = taken.map((take) => tokens - take.tokens);
  if (changes.every((change) => change === 0)) return;
  try {
    await counters.correct(taken, changes);
  } catch (thrown) {
    const reason = faultOf(thrown).options.internal ?? faultOf(thrown).message;
    log.warn({ endpoint_id, tokens, reason }, "What a question took could not be counted: what was reserved stands.");
  }
}
