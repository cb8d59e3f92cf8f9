import { Fault } from "#wire/errors.ts";
import type { PythonRoutine } from "../ast/expression.ts";
import type { Engine, EngineRequest, EngineValue } from "../engines/engine.ts";
import { overtime, tooManyInterpreters } from "./fault.ts";
import type { Interpreter } from "./interpreter.ts";
import type { Interpreters } from "./interpreters.ts";
import { PYTHON_INTERPRETERS_PER_STATEMENT_MAX } from "./limits.ts";

/** An engine that runs a statement's calls of Python functions besides: beside it, in interpreters that end with the statement. */
export function withPython(engine: Engine, interpreters: Interpreters): Engine {
  return {
    run: async (request) => {
      if (!request.steps.some((step) => step.kind === "call" && step.routine.kind === "python"))
        return engine.run(request);
      await using calls = new StatementCalls(interpreters, request.signal);
      const { call: others } = request;
      const call: EngineRequest["call"] = async (routine, rows) => {
        if (routine.kind === "python") return calls.call(routine, rows);
        if (!others) throw new TypeError("a call that nobody answers");
        return others(routine, rows);
      };
      return await engine.run({ ...request, call });
    },
    close: async () => {
      await Promise.all([engine.close(), interpreters.close()]);
    },
  };
}

/** One statement's interpreters: one for each owner of functions and each text that they stand in, so that none tells another what it saw. */
class StatementCalls implements AsyncDisposable {
  readonly #interpreters: Interpreters;
  readonly #signal: AbortSignal;
  readonly #taken = new Map<string, Promise<Interpreter>>();
  #left_ms: number;

  constructor(interpreters: Interpreters, signal: AbortSignal) {
    this.#interpreters = interpreters;
    this.#signal = signal;
    this.#left_ms = interpreters.time_ms;
  }

  async call(routine: PythonRoutine, rows: readonly (readonly EngineValue[])[]): Promise<readonly EngineValue[]> {
    const interpreter = await this.#interpreterOf(routine);
    const started_ms = performance.now();
    let stopped: Fault | undefined;
    const stop = (fault: Fault): void => {
      stopped ??= fault;
      interpreter.kill();
    };
    const limit = setTimeout(() => stop(overtime(routine, this.#interpreters.time_ms)), this.#left_ms);
    const onAbort = (): void => stop(new Fault("CANCELLED", "The statement was cancelled."));
    this.#signal.addEventListener("abort", onAbort, { once: true });
    if (this.#signal.aborted) onAbort();
    try {
      return await interpreter.call(routine, rows);
    } catch (thrown) {
      throw stopped ?? thrown;
    } finally {
      clearTimeout(limit);
      this.#signal.removeEventListener("abort", onAbort);
      this.#left_ms = Math.max(0, this.#left_ms - (performance.now() - started_ms));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const settled = await Promise.allSettled(this.#taken.values());
    for (const one of settled) {
      if (one.status !== "fulfilled") continue;
      one.value.kill();
      await one.value.ended;
    }
  }

  #interpreterOf({ owner, text }: PythonRoutine): Promise<Interpreter> {
    const key = JSON.stringify([owner, text]);
    const known = this.#taken.get(key);
    if (known) return known;
    if (this.#taken.size >= PYTHON_INTERPRETERS_PER_STATEMENT_MAX)
      throw tooManyInterpreters(PYTHON_INTERPRETERS_PER_STATEMENT_MAX);
    const taken = this.#interpreters.take();
    this.#taken.set(key, taken);
    return taken;
  }
}
