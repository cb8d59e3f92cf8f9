import { type ChildProcess, fork } from "node:child_process";
import { Fault } from "#wire/errors.ts";
import { ProviderFailure } from "../failure.ts";
import type { End, FromProcess, Piece, ToProcess, Wanted } from "./protocol.ts";
import { cancelled } from "./turns.ts";

/** Nothing is heard while a model is loaded, or a long question read on a slow machine: what is silent for longer hangs. */
const SILENT_MS_MAX = 600_000;
/** What the model's process can do, once it is ready. */
export interface Ready {
  /** Tokens of a question and its answer. */
  readonly context_tokens: number;
}

/** The model's process, which starts when it is first needed, and anew when it died. */
export interface LocalProcess {
  /** @throws Fault TEMPORARILY_UNAVAILABLE with the reason when it cannot load the model. */
  ready(): Promise<Ready>;
  /** An answer's pieces. @throws Fault BAD_REQUEST for a question that is too long, CANCELLED, TEMPORARILY_UNAVAILABLE. */
  answer(wanted: Wanted, signal: AbortSignal): AsyncGenerator<Piece, End>;
  close(): Promise<void>;
}

/** How a model's process is started. */
export interface LocalFile {
  /** Of the GGUF file. */
  readonly path: string;
  /** What the process sees of the environment, and nothing else. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts the process itself. */
export const startProgram = (runtime: string, { path, environment }: LocalFile): ChildProcess =>
  fork(new URL("./program.ts", import.meta.url), [runtime, path], {
    env: { ...environment },
    execArgv: [],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });

type Told = Extract<FromProcess, { readonly id: number }> | { readonly type: "died"; readonly why: string };

interface Running {
  readonly child: ChildProcess;
  readonly ready: Promise<Ready>;
  readonly tell: Map<number, (told: Told) => void>;
  /** Kills it unless something is heard in time. */
  heard(): void;
}

export function localProcess(start: () => ChildProcess): LocalProcess {
  let running: Running | undefined;
  let isClosed = false;
  let last_id = 0;
  const started = (): Running => {
    if (isClosed) throw failed("the server is closing");
    running ??= run(start(), () => {
      running = undefined;
    });
    return running;
  };
  return {
    ready: () => started().ready,
    answer: async function* (wanted, signal) {
      const { child, ready, tell, heard } = started();
      const { context_tokens } = await ready;
      const id = ++last_id;
      const send = (message: ToProcess): void => {
        if (child.connected) child.send(message, () => {});
      };
      const arrived: Told[] = [];
      let wake = (): void => {};
      const abort = (): void => wake();
      signal.addEventListener("abort", abort, { once: true });
      tell.set(id, (told) => {
        arrived.push(told);
        wake();
      });
      send({ type: "answer", id, wanted });
      heard();
      let isEnded = false;
      try {
        for (;;) {
          if (signal.aborted) throw cancelled();
          const told = arrived.shift();
          if (!told) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
            continue;
          }
          isEnded = told.type !== "piece";
          if (told.type === "piece") yield told.piece;
          else if (told.type === "end") return told.end;
          else
            throw told.type === "failed" && told.prompt_tokens !== undefined
              ? tooLong(told.prompt_tokens, context_tokens)
              : failed(told.why);
        }
      } finally {
        signal.removeEventListener("abort", abort);
        tell.delete(id);
        if (!isEnded) send({ type: "stop", id });
        heard();
      }
    },
    close: async () => {
      isClosed = true;
      const child = running?.child;
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
    },
  };
}

function run(child: ChildProcess, onEnd: () => void): Running {
  const { promise: ready, resolve, reject } = Promise.withResolvers<Ready>();
  // Whoever waits for it hears of it; nobody may wait.
  ready.catch(() => {});
  const tell = new Map<number, (told: Told) => void>();
  let why = "its process ended";
  let isReady = false;
  let timer: NodeJS.Timeout | undefined;
  const heard = (): void => {
    clearTimeout(timer);
    if (isReady && tell.size === 0) return;
    timer = setTimeout(() => {
      why = `nothing was heard of its process for ${SILENT_MS_MAX} ms`;
      child.kill("SIGKILL");
    }, SILENT_MS_MAX);
    timer.unref();
  };
  const end = (): void => {
    clearTimeout(timer);
    onEnd();
    reject(failed(why));
    for (const one of tell.values()) one({ type: "died", why });
  };
  child.once("error", (thrown) => {
    why = thrown.message;
    end();
  });
  child.once("exit", end);
  child.on("message", (message: FromProcess) => {
    if (message.type === "ready") {
      isReady = true;
      resolve(message);
    } else if (message.type === "broken") {
      why = message.why;
      child.kill("SIGKILL");
    } else tell.get(message.id)?.(message);
    heard();
  });
  heard();
  return { child, ready, tell, heard };
}

const tooLong = (tokens: number, context_tokens: number): Fault =>
  new Fault(
    "BAD_REQUEST",
    `The question has ${tokens} tokens; this model reads and writes ${context_tokens} in all. Shorten it.`,
  );

const failed = (internal: string): Fault =>
  new Fault("TEMPORARILY_UNAVAILABLE", "The local model failed and starts anew. Try again.", {
    internal: `the local model: ${internal}`,
    cause: new ProviderFailure({ status: null }),
  });
