import { Fault } from "#wire/errors.ts";
import { ProviderFailure } from "../failure.ts";
import { meanOf, type PieceSum, piecesOf } from "./pieces.ts";
import type { EmbeddingThread } from "./thread.ts";

/** Characters that wait or are worked on, of all questions together: about a minute of one core's work. */
const WAITING_CHARACTERS_MAX = 262_144;
/** Pieces go to the thread in slices of about so many characters, so that a short question waits for no long one's end. */
const SLICE_CHARACTERS = 1_024;
/** What a refused caller is told to wait. */
const RETRY_AFTER_MS = 5_000;

/** What the texts of one question came to. */
export interface Embedded {
  readonly vectors: readonly (readonly number[])[];
  readonly tokens: number;
}

interface Job {
  /** The pieces of each text, of which the first `sums.length` of all are done. */
  readonly texts: readonly (readonly string[])[];
  readonly left: string[];
  readonly characters: number;
  readonly sums: PieceSum[];
  readonly settle: PromiseWithResolvers<Embedded>;
}

/** Questions to one thread, a slice of each in turn. */
export function embeddingQueue(thread: EmbeddingThread) {
  const jobs: Job[] = [];
  let waiting_characters = 0;
  let isWorking = false;

  const leave = (job: Job): void => {
    const at = jobs.indexOf(job);
    if (at < 0) return;
    jobs.splice(at, 1);
    waiting_characters -= job.characters;
  };

  const work = async (): Promise<void> => {
    if (isWorking) return;
    isWorking = true;
    for (let job = jobs[0]; job; job = jobs[0]) {
      try {
        job.sums.push(...(await thread.run(nextSlice(job.left))));
        if (job.left.length === 0) {
          leave(job);
          job.settle.resolve(embeddedOf(job));
        } else if (jobs.includes(job)) jobs.push(...jobs.splice(jobs.indexOf(job), 1));
      } catch (thrown) {
        leave(job);
        job.settle.reject(thrown);
      }
    }
    isWorking = false;
  };

  return {
    /** @throws Fault RESOURCE_EXHAUSTED when too much waits, CANCELLED on the signal's abort, and what the thread throws. */
    embed: async (inputs: readonly string[], signal: AbortSignal): Promise<Embedded> => {
      if (signal.aborted) throw cancelled();
      const characters = inputs.reduce((sum, one) => sum + one.length, 0);
      if (jobs.length > 0 && waiting_characters + characters > WAITING_CHARACTERS_MAX) throw full();
      const texts = inputs.map(piecesOf);
      const job: Job = { texts, left: texts.flat(), characters, sums: [], settle: Promise.withResolvers() };
      const abort = (): void => {
        leave(job);
        job.settle.reject(cancelled());
      };
      signal.addEventListener("abort", abort, { once: true });
      jobs.push(job);
      waiting_characters += characters;
      void work();
      return job.settle.promise.finally(() => signal.removeEventListener("abort", abort));
    },
  };
}

/** Takes pieces from the front: one at least, and more while they are short. */
function nextSlice(left: string[]): readonly string[] {
  let count = 1;
  let characters = left[0]!.length;
  while (count < left.length && characters + left[count]!.length <= SLICE_CHARACTERS) {
    characters += left[count]!.length;
    count += 1;
  }
  return left.splice(0, count);
}

function embeddedOf({ texts, sums }: Job): Embedded {
  let from = 0;
  const vectors = texts.map((pieces) => {
    const vector = meanOf(sums.slice(from, from + pieces.length));
    from += pieces.length;
    return vector;
  });
  return { vectors, tokens: sums.reduce((count, one) => count + one.tokens, 0) };
}

const cancelled = (): Fault => new Fault("CANCELLED", "The client went away.");

const full = (): Fault =>
  new Fault(
    "RESOURCE_EXHAUSTED",
    "The embedded embedding model has more to do than it can. Try again later, send less at once, or ask an administrator for an endpoint of another embedding model.",
    {
      headers: { "retry-after": String(RETRY_AFTER_MS / 1000) },
      cause: new ProviderFailure({ status: 429, retry_after_ms: RETRY_AFTER_MS }),
    },
  );
