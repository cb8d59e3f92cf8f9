import { Worker } from "node:worker_threads";
import { Fault } from "#wire/errors.ts";
import { ProviderFailure } from "../failure.ts";
import type { PieceSum } from "./pieces.ts";
import type { FromThread, ToThread } from "./protocol.ts";

/** A slice takes a second or two on a slow machine, the first one the loading of the model too: what takes longer hangs. */
const SLICE_MS_MAX = 60_000;
/** Heap of the thread, without the model itself: it needs about 100 MB. */
const HEAP_MB_MAX = 512;

/** The model's thread, which starts when it is first asked, and anew when it died. */
export interface EmbeddingThread {
  /** One call at a time. @throws Fault TEMPORARILY_UNAVAILABLE when the thread fails, dies or hangs. */
  run(pieces: readonly string[]): Promise<readonly PieceSum[]>;
  close(): Promise<void>;
}

/** The thread itself. The model computes on one core; nothing of the process's environment is its business. */
export const startWorker = (): Worker =>
  new Worker(new URL("./worker.ts", import.meta.url), {
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
  });

export function embeddingThread(start: () => Worker = startWorker): EmbeddingThread {
  let running: Worker | undefined;
  let isClosed = false;
  const ended = (worker: Worker): void => {
    if (running === worker) running = undefined;
  };
  const started = (): Worker => {
    if (running) return running;
    const worker = start();
    running = worker;
    worker.on("error", () => ended(worker));
    worker.on("exit", () => ended(worker));
    return worker;
  };
  return {
    run: async (pieces) => {
      if (isClosed) throw failed("the server is closing");
      const worker = started();
      worker.ref();
      const answer = await answered(worker, { pieces }).finally(() => worker.unref());
      if ("failure" in answer) throw failed(answer.failure);
      return answer.sums;
    },
    close: async () => {
      isClosed = true;
      await running?.terminate();
    },
  };
}

/** The thread's next message. One that hangs is ended, so that the next slice gets a fresh one. */
function answered(worker: Worker, message: ToThread): Promise<FromThread> {
  const { promise, resolve, reject } = Promise.withResolvers<FromThread>();
  let why = "the thread ended";
  const timer = setTimeout(() => {
    why = `no answer within ${SLICE_MS_MAX} ms`;
    void worker.terminate();
  }, SLICE_MS_MAX);
  const onError = (thrown: Error): void => reject(failed(thrown.message));
  const onExit = (): void => reject(failed(why));
  worker.once("message", resolve).once("error", onError).once("exit", onExit);
  worker.postMessage(message);
  return promise.finally(() => {
    clearTimeout(timer);
    worker.off("message", resolve).off("error", onError).off("exit", onExit);
  });
}

const failed = (internal: string): Fault =>
  new Fault("TEMPORARILY_UNAVAILABLE", "The embedded embedding model failed and starts anew. Try again.", {
    internal: `the embedded embedding model: ${internal}`,
    cause: new ProviderFailure({ status: null }),
  });
