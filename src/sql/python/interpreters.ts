import type { Log } from "#base/log.ts";
import { Fault } from "#wire/errors.ts";
import { notIsolated } from "./fault.ts";
import { Interpreter } from "./interpreter.ts";
import { PYTHON_MEMORY_MB, PYTHON_SPARE_MS, PYTHON_TIME_MS } from "./limits.ts";
import { canIsolate } from "./spawn.ts";

export interface PythonOptions {
  /** The operator's word that they may run where the machine gives no namespaces. */
  readonly unisolated?: boolean;
  /** For all calls of a statement together; PYTHON_TIME_MS unless told. */
  readonly time_ms?: number;
  /** Of each interpreter's process; PYTHON_MEMORY_MB unless told. */
  readonly memory_mb?: number;
}

/** Gives out fresh interpreters, each once. Once one was wanted, a spare that has run nobody's code is kept warm, for it takes seconds to start. */
export class Interpreters {
  readonly #log: Log;
  readonly #memory_mb: number;
  readonly #mayRun: () => boolean;
  readonly time_ms: number;
  readonly #all = new Set<Interpreter>();
  #spare: Interpreter | undefined;
  #unwanted: NodeJS.Timeout | undefined;
  #closed = false;

  /** `isolates`: whether the machine can. */
  constructor(options: PythonOptions, log: Log, isolates: () => boolean = canIsolate) {
    this.#log = log;
    this.#memory_mb = options.memory_mb ?? PYTHON_MEMORY_MB;
    this.#mayRun = () => options.unisolated === true || isolates();
    this.time_ms = options.time_ms ?? PYTHON_TIME_MS;
  }

  /** A fresh one. @throws Fault NOT_IMPLEMENTED where the machine cannot isolate it, TEMPORARILY_UNAVAILABLE when it does not start. */
  async take(): Promise<Interpreter> {
    if (this.#closed) throw new Fault("TEMPORARILY_UNAVAILABLE", "The server is stopping. Try again in a minute.");
    if (!this.#mayRun()) throw notIsolated();
    const taken = this.#spare?.alive ? this.#spare : this.#start();
    clearTimeout(this.#unwanted);
    this.#spare = undefined;
    try {
      await taken.ready;
    } catch (thrown) {
      taken.kill();
      throw thrown;
    }
    this.#keepSpare();
    return taken;
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#unwanted);
    const all = [...this.#all];
    for (const one of all) one.kill();
    await Promise.all(all.map((one) => one.ended));
  }

  #keepSpare(): void {
    if (this.#closed || this.#spare) return;
    const spare = this.#start();
    this.#spare = spare;
    this.#unwanted = setTimeout(() => {
      if (this.#spare === spare) this.#spare = undefined;
      spare.kill();
    }, PYTHON_SPARE_MS).unref();
  }

  #start(): Interpreter {
    const made = new Interpreter(this.#memory_mb, this.#log);
    this.#all.add(made);
    void made.ended.then(() => this.#all.delete(made));
    return made;
  }
}
