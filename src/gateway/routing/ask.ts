import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "#base/clock.ts";
import type { Attempt } from "#kernel/mod.ts";
import { ProviderFailure } from "#models/mod.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import type { Destination } from "../asked.ts";
import type { Circuits } from "./circuit.ts";

/** Tries of one request in all, whatever falls back on what: a chain of failures ends. A model service lists one and five to fall back on. */
const ATTEMPTS_MAX = 6;
/** The longest that a provider's Retry-After is waited for, once, where there is no other model to ask. */
const RETRY_AFTER_MS_MAX = 2_000;
/** A model that has not begun by then is given up for the next one, where there is one. */
const FIRST_EVENT_MS_MAX = 30_000;

interface AskPorts {
  readonly clock: Clock;
  readonly circuits: Circuits;
  /** Keyed apart from other endpoints' models of the same name. */
  readonly endpoint_id: string;
}

/** An answer that has begun: its first piece is there. */
export interface Begun<T> {
  readonly entity: Destination;
  readonly events: AsyncIterable<T>;
  readonly attempts: readonly Attempt[];
}

/** No model answered; what was tried is on the record. */
export class NoAnswer extends Error {
  readonly fault: Fault;
  readonly attempts: readonly Attempt[];

  constructor(fault: Fault, attempts: readonly Attempt[]) {
    super(fault.message, { cause: fault });
    this.name = "NoAnswer";
    this.fault = fault;
    this.attempts = attempts;
  }
}

/**
 * Asks the models in turn, each once, until one begins to answer: the next one is asked on 429, 5XX, or no answer at all. Once
 * a piece of an answer is there no other model is asked: half an answer of one cannot be continued by another.
 * @throws NoAnswer with the last one's fault.
 */
export async function askInTurn<T>(
  ports: AskPorts,
  entities: readonly Destination[],
  ask: (entity: Destination, signal: AbortSignal) => AsyncIterable<T> | Promise<AsyncIterable<T>>,
  signal: AbortSignal,
): Promise<Begun<T>> {
  const attempts: Attempt[] = [];
  const { clock, circuits, endpoint_id } = ports;
  let last: Fault | undefined;
  let wait_ms = 0;
  for (const [index, entity] of entities.entries()) {
    const key = `${endpoint_id}/${entity.name}`;
    const isLast = index === entities.length - 1;
    const closed_ms = circuits.wait_ms(key, clock.now_ms());
    if (closed_ms > 0) {
      wait_ms = Math.max(wait_ms, closed_ms);
      continue;
    }
    for (let hasWaited = false; attempts.length < ATTEMPTS_MAX; hasWaited = true) {
      try {
        const events = await begun(ask, entity, signal, isLast);
        circuits.close(key);
        attempts.push({ entity: entity.name, status: 200 });
        return { entity, events, attempts };
      } catch (thrown) {
        const fault = faultOf(thrown);
        const failure = failureOf(fault);
        attempts.push({ entity: entity.name, status: failure?.status ?? null });
        last = fault;
        if (signal.aborted || !failure || !isRetryable(failure)) throw new NoAnswer(fault, attempts);
        if (failure.status !== 429) circuits.fail(key, clock.now_ms());
        const after_ms = failure.retry_after_ms;
        if (!isLast || hasWaited || after_ms === null || after_ms > RETRY_AFTER_MS_MAX) break;
        await sleep(after_ms, undefined, { signal }).catch(() => {});
      }
    }
  }
  throw new NoAnswer(last ?? allDown(wait_ms), attempts);
}

/** How a provider failed; undefined when the fault is of something else: then no other model is asked. */
const failureOf = (fault: Fault): ProviderFailure | undefined =>
  fault.cause instanceof ProviderFailure ? fault.cause : undefined;

const isRetryable = ({ status }: ProviderFailure): boolean => status === null || status === 429 || status >= 500;

/** The answer with its first piece drawn; its slot in time is shorter while there are others to ask. */
async function begun<T>(
  ask: (entity: Destination, signal: AbortSignal) => AsyncIterable<T> | Promise<AsyncIterable<T>>,
  entity: Destination,
  signal: AbortSignal,
  isLast: boolean,
): Promise<AsyncIterable<T>> {
  if (isLast) return drawn(await ask(entity, signal));
  const slow = new AbortController();
  const timer = setTimeout(() => slow.abort(), FIRST_EVENT_MS_MAX);
  try {
    return await drawn(await ask(entity, AbortSignal.any([signal, slow.signal])));
  } catch (thrown) {
    if (!slow.signal.aborted || signal.aborted) throw thrown;
    throw new Fault("DEADLINE_EXCEEDED", "The model did not begin to answer in time. Try again later.", {
      cause: new ProviderFailure({ status: null }),
    });
  } finally {
    clearTimeout(timer);
  }
}

async function drawn<T>(events: AsyncIterable<T>): Promise<AsyncIterable<T>> {
  const iterator = events[Symbol.asyncIterator]();
  return resumed(await iterator.next(), iterator);
}

async function* resumed<T>(first: IteratorResult<T>, iterator: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    for (let step = first; !step.done; step = await iterator.next()) yield step.value;
  } finally {
    await iterator.return?.();
  }
}

const allDown = (wait_ms: number): Fault =>
  new Fault(
    "TEMPORARILY_UNAVAILABLE",
    "No model of this endpoint answers just now. Try again later, or ask an administrator to add one to fall back on.",
    { headers: { "retry-after": String(Math.max(1, Math.ceil(wait_ms / 1000))) } },
  );
