import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Log } from "#base/log.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import type { EngineRequest, EngineResult, EngineValue } from "../engine.ts";
import { ENGINE_INTERRUPT_GRACE_MS, ENGINE_SPAWN_TIMEOUT_MS } from "../limits.ts";
import { faultOfEngine, faultOfExit, isInterrupted } from "./errors.ts";
import { capPrefix, type ProcessCaps } from "./process-caps.ts";
import { type ChildSettings, type FromChild, isMessage, type ToChild } from "./protocol.ts";

const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));

/** How much of why a process did not start goes to the log. */
const START_ERROR_CHARACTERS = 500;

interface Running {
  readonly run: number;
  readonly request: EngineRequest;
  readonly rows: (readonly EngineValue[])[];
  readonly written: { readonly file: string; readonly rows: number }[];
  /** Why the statement was told to stop, once it was. */
  stopped: Fault | undefined;
  readonly resolve: (result: EngineResult) => void;
  readonly reject: (fault: Fault) => void;
}

/**
 * One engine process and the statement that runs in it. One statement per process is what makes a kill harmless: there is no
 * other statement to take along, hence none to run again.
 */
export class EngineProcess {
  readonly #child: ChildProcess;
  readonly ready: Promise<void>;
  /** Resolves when the process has ended, however. */
  readonly ended: Promise<void>;
  #running: Running | undefined;
  #runs = 0;
  #alive = true;

  constructor(options: { readonly settings: ChildSettings; readonly caps: ProcessCaps; readonly log: Log }) {
    const [command = process.execPath, ...rest] = [
      ...capPrefix(options.caps),
      process.execPath,
      "--disable-warning=ExperimentalWarning",
      CHILD,
    ];
    this.#child = spawn(command, rest, {
      env: {},
      detached: true,
      cwd: options.settings.temp_dir,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      serialization: "advanced",
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      // Once statements run, only how much and never what: an abort's text may hold data.
      const said = this.#runs === 0 ? { error: text.slice(0, START_ERROR_CHARACTERS) } : { characters: text.length };
      options.log.warn({ pid: this.#child.pid, ...said }, "an engine process wrote to its error output");
    });
    const ready = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const overdue = setTimeout(() => this.kill(), ENGINE_SPAWN_TIMEOUT_MS);
    this.#child.on("message", (message) => {
      if (!isFromChild(message)) return;
      if (message.kind === "ready") {
        clearTimeout(overdue);
        ready.resolve();
      } else this.#receive(message);
    });
    const end = (code: number | null, signal: NodeJS.Signals | null): void => {
      clearTimeout(overdue);
      this.#alive = false;
      ready.reject(new Fault("TEMPORARILY_UNAVAILABLE", "The SQL engine does not start. Try again in a minute."));
      const running = this.#running;
      this.#running = undefined;
      running?.reject(running.stopped ?? faultOfExit(code, signal));
      ended.resolve();
    };
    this.#child.on("error", () => end(null, null));
    this.#child.on("exit", end);
    this.ready = ready.promise;
    // Whoever waits for it is told; nobody may be waiting.
    this.ready.catch(() => {});
    this.ended = ended.promise;
    this.#send({ kind: "start", settings: options.settings });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }
  get alive(): boolean {
    return this.#alive;
  }
  get runs(): number {
    return this.#runs;
  }

  /** Runs one statement; only when none runs. @throws what `Engine.run` throws. */
  async run(request: EngineRequest): Promise<EngineResult> {
    if (request.signal.aborted) throw cancelled();
    const { promise, resolve, reject } = Promise.withResolvers<EngineResult>();
    this.#runs += 1;
    const running: Running = {
      run: this.#runs,
      request,
      rows: [],
      written: [],
      stopped: undefined,
      resolve,
      reject,
    };
    this.#running = running;
    const stop = (fault: Fault): void => this.#stop(running, fault);
    const onAbort = (): void => stop(cancelled());
    request.signal.addEventListener("abort", onAbort, { once: true });
    const limit = setTimeout(() => stop(overtime(request.limits.time_ms)), request.limits.time_ms);
    this.#send({
      kind: "run",
      run: running.run,
      steps: request.steps,
      statistics_propagation: request.statistics_propagation ?? true,
    });
    try {
      return await promise;
    } finally {
      clearTimeout(limit);
      request.signal.removeEventListener("abort", onAbort);
    }
  }

  kill(): void {
    if (this.#alive) this.#child.kill("SIGKILL");
  }

  /** Interrupt, then kill: a statement that sits in one scalar call does not hear the interrupt. */
  #stop(running: Running, fault: Fault): void {
    if (this.#running !== running || running.stopped !== undefined) return;
    running.stopped = fault;
    this.#send({ kind: "interrupt", run: running.run });
    setTimeout(() => {
      if (this.#running === running) this.kill();
    }, ENGINE_INTERRUPT_GRACE_MS);
  }

  #receive(message: Exclude<FromChild, { kind: "ready" }>): void {
    const running = this.#running;
    if (running === undefined || running.run !== message.run) return;
    if (message.kind === "rows") for (const row of message.rows) running.rows.push(row);
    else if (message.kind === "call") void this.#call(running, message);
    else if (message.kind === "written") running.written.push({ file: message.file, rows: message.rows });
    else {
      this.#running = undefined;
      if (message.kind === "failed") {
        const stopped = isInterrupted(message.error) ? running.stopped : undefined;
        running.reject(stopped ?? faultOfEngine(message.error));
      } else {
        const { rows, written } = running;
        const { columns = [], rows: others = [], truncated = false } = message.last ?? {};
        for (const row of others) rows.push(row);
        running.resolve({ columns, rows, written, truncated });
      }
    }
  }

  /** Has rows answered outside of the engine; a statement whose call fails is over. */
  async #call(running: Running, { step, rows }: Extract<FromChild, { kind: "call" }>): Promise<void> {
    const { call, steps } = running.request;
    const calling = steps[step];
    try {
      if (!call || calling?.kind !== "call") throw new TypeError("a call that nobody answers");
      this.#send({ kind: "called", run: running.run, results: await call(calling.routine, rows) });
    } catch (thrown) {
      this.#stop(running, faultOf(thrown));
    }
  }

  #send(message: ToChild): void {
    // A channel that is gone shows as the process's end, which rejects the statement.
    if (this.#child.connected) this.#child.send(message, () => {});
  }
}

function isFromChild(value: unknown): value is FromChild {
  return isMessage(value);
}

function cancelled(): Fault {
  return new Fault("CANCELLED", "The statement was cancelled.");
}

function overtime(time_ms: number): Fault {
  return new Fault(
    "DEADLINE_EXCEEDED",
    `The statement ran longer than its limit of ${time_ms / 1000} s and was stopped. Read fewer rows, or raise the limit.`,
  );
}
