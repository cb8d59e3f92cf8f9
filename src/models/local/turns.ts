import { Fault } from "#wire/errors.ts";
import { ProviderFailure } from "../failure.ts";

/** Answers at once: each takes its share of the cores, and a context of its own in memory. */
export const TURNS = 4;
/** Answers that wait; at some seconds each, more would wait longer than people do. */
const WAITING_MAX = 32;
/** What a refused caller is told to wait. */
const RETRY_AFTER_MS = 5_000;

/** Turns at the model, in the order in which they were asked for. A question with `n` asks for one after another. */
export function turns(count = TURNS) {
  let free = count;
  const waiting: PromiseWithResolvers<void>[] = [];
  const release = (): void => {
    const next = waiting.shift();
    if (next) next.resolve();
    else free += 1;
  };
  return {
    /** @returns what ends the turn. @throws Fault RESOURCE_EXHAUSTED when too many wait, CANCELLED on the signal's abort. */
    take: async (signal: AbortSignal): Promise<() => void> => {
      if (signal.aborted) throw cancelled();
      if (free > 0) {
        free -= 1;
        return release;
      }
      if (waiting.length >= WAITING_MAX) throw full();
      const turn = Promise.withResolvers<void>();
      const abort = (): void => {
        const at = waiting.indexOf(turn);
        if (at < 0) return;
        waiting.splice(at, 1);
        turn.reject(cancelled());
      };
      signal.addEventListener("abort", abort, { once: true });
      waiting.push(turn);
      await turn.promise.finally(() => signal.removeEventListener("abort", abort));
      return release;
    },
  };
}

export const cancelled = (): Fault => new Fault("CANCELLED", "The client went away.");

const full = (): Fault =>
  new Fault(
    "RESOURCE_EXHAUSTED",
    "The local model has more to answer than it can. Try again later, or ask an administrator for an endpoint of another model.",
    {
      headers: { "retry-after": String(RETRY_AFTER_MS / 1000) },
      cause: new ProviderFailure({ status: 429, retry_after_ms: RETRY_AFTER_MS }),
    },
  );
