import { ProviderFailure } from "#models/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { Destination } from "../asked.ts";
import type { Count, Take } from "./counters.ts";
import type { Estimate, Limits, Reservation } from "./create.ts";
import { secondsUntilEnd } from "./headers.ts";

/**
 * Throughput is held over a minute, as limits by tokens are: one answer's tokens come over many seconds, and are counted where they were
 * reserved. In a single second nothing is refused that the minute has room for.
 */
const PERIOD_MS = 60_000;
const PERIOD_S = PERIOD_MS / 1000;

/** What may be taken of a served entity's throughput. */
export const throughputTake = (
  key: string,
  tokens_per_s: number,
  now_ms: number,
  { firm_tokens, likely_tokens }: Estimate,
): Take => {
  const tokens_max = tokens_per_s * PERIOD_S;
  const firm = Math.max(1, firm_tokens);
  return {
    key,
    period_ms: PERIOD_MS,
    period_start_ms: Math.floor(now_ms / PERIOD_MS) * PERIOD_MS,
    requests_max: null,
    tokens_max,
    tokens: Math.max(firm, Math.min(firm + likely_tokens, tokens_max)),
    set: 0,
  };
};

/** The throughput is used up: another model may be asked. Retry-After is there unless no time would help. */
export function beyondThroughput(
  { endpoint, entity }: { readonly endpoint: string; readonly entity: string },
  take: Take,
  before: Count,
  now_ms: number,
): Fault {
  const max = take.tokens_max!;
  const isTooLarge = take.tokens > max;
  const after_s = secondsUntilEnd(take, now_ms);
  const left = Math.max(0, max - before.tokens);
  const next = isTooLarge
    ? "Shorten the question, lower its max_tokens, or ask the endpoint's owner for more."
    : `Try again in ${after_s} s, or ask the endpoint's owner for more.`;
  return new Fault(
    "REQUEST_LIMIT_EXCEEDED",
    `REQUEST_LIMIT_EXCEEDED: The provisioned throughput of '${entity}' on serving endpoint '${endpoint}' is ${max / PERIOD_S} tokens per second: of ${max} tokens this minute ${left} are left, and this question may take ${take.tokens}. ${next}`,
    {
      ...(!isTooLarge && { headers: { "retry-after": String(after_s) } }),
      cause: new ProviderFailure({ status: 429, retry_after_ms: isTooLarge ? null : after_s * 1000 }),
    },
  );
}

/** What one question takes of the throughput of the entities that it is put to. */
interface Throughput {
  /** Before the entity is asked. @throws Fault REQUEST_LIMIT_EXCEEDED when its throughput is used up. */
  enter(entity: Destination): Promise<void>;
  /** Puts what was really taken in the place of what was reserved: all of it of who answered, nothing of the others. */
  settle(tokens: number, answered: string | undefined): Promise<void>;
}

export function throughputOf(
  limits: Pick<Limits, "provisioned">,
  endpoint: { readonly id: string; readonly name: string },
  estimate: Estimate,
): Throughput {
  const taken = new Map<string, Reservation>();
  return {
    enter: async ({ name, source }) => {
      const provisioned = source.kind === "foundation" ? source.provisioned : undefined;
      if (!provisioned || taken.has(name)) return;
      taken.set(name, await limits.provisioned(endpoint, name, provisioned.max_tokens_per_s, estimate));
    },
    settle: async (tokens, answered) => {
      await Promise.all([...taken].map(([name, one]) => one.settle(name === answered ? tokens : 0)));
    },
  };
}
