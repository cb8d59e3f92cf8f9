import type { ChildProcess } from "node:child_process";
import type { Duplex } from "node:stream";
import type { Log } from "#base/log.ts";
import type { Fault } from "#wire/errors.ts";
import type { PythonRoutine } from "../ast/expression.ts";
import type { EngineValue } from "../engines/engine.ts";
import { doesNotStart, ended, faultOfCode, noAnswer } from "./fault.ts";
import { PYTHON_ANSWER_CHARACTERS_MAX, PYTHON_START_MS } from "./limits.ts";
import { type Answer, readAnswer, type ToInterpreter } from "./protocol.ts";
import { killGroup, spawnInterpreter } from "./spawn.ts";
import { pythonType } from "./types.ts";

/** How much of why a process did not start goes to the log. */
const START_ERROR_CHARACTERS = 500;

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (why: "ended" | "flood") => void;
}

/** One interpreter's process: fresh, for one owner's functions in one text of one statement, and ended with it. */
export class Interpreter {
  readonly #child: ChildProcess;
  readonly #pipe: Duplex;
  readonly #memory_mb: number;
  /** Resolves when it takes functions. @throws Fault TEMPORARILY_UNAVAILABLE */
  readonly ready: Promise<void>;
  /** Resolves when the process has ended, however. */
  readonly ended: Promise<void>;
  readonly #functions = new Map<PythonRoutine, number>();
  #waiting: Waiting | undefined;
  #line: string[] = [];
  #characters = 0;
  #alive = true;
  #killed = false;

  constructor(memory_mb: number, log: Log) {
    this.#memory_mb = memory_mb;
    this.#child = spawnInterpreter(memory_mb);
    this.#pipe = this.#child.stdio[3] as Duplex;
    this.#pipe.setEncoding("utf8").on("data", (text: string) => this.#receive(text));
    this.#pipe.on("error", () => this.kill());
    let errors = "";
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      if (errors.length < START_ERROR_CHARACTERS) errors += text.slice(0, START_ERROR_CHARACTERS);
    });
    const gone = Promise.withResolvers<void>();
    const end = (): void => {
      this.#alive = false;
      this.#answered()?.reject("ended");
      gone.resolve();
    };
    this.#child.on("error", end);
    this.#child.on("exit", end);
    this.ended = gone.promise;
    const overdue = setTimeout(() => killGroup(this.#child), PYTHON_START_MS);
    this.ready = this.#answer().then(
      (answer) => {
        clearTimeout(overdue);
        if (answer.kind !== "ready") throw doesNotStart("it began with another word");
      },
      () => {
        clearTimeout(overdue);
        if (!this.#killed) log.error({ error: errors }, "a Python interpreter did not start");
        throw doesNotStart(errors);
      },
    );
    // Whoever takes it is told; nobody may.
    this.ready.catch(() => {});
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Calls a function once for each row. @throws Fault what the function did wrong. */
  async call(routine: PythonRoutine, rows: readonly (readonly EngineValue[])[]): Promise<readonly EngineValue[]> {
    const id = await this.#defined(routine);
    const answer = await this.#ask(routine, { kind: "call", asked: { id, rows } });
    if (answer.kind !== "results" || answer.results.length !== rows.length) throw this.#refuse(routine);
    return answer.results;
  }

  kill(): void {
    this.#killed = true;
    killGroup(this.#child);
  }

  async #defined(routine: PythonRoutine): Promise<number> {
    const known = this.#functions.get(routine);
    if (known !== undefined) return known;
    const id = this.#functions.size;
    const { name, body } = routine;
    const parameters = routine.parameters.map((one) => ({ name: one.name, type: pythonType(one.type) }));
    const made = { id, name, body, parameters, returns: pythonType(routine.returns) };
    const answer = await this.#ask(routine, { kind: "define", made });
    if (answer.kind !== "defined") throw this.#refuse(routine);
    this.#functions.set(routine, id);
    return id;
  }

  async #ask(routine: PythonRoutine, message: ToInterpreter): Promise<Answer> {
    let answer: Answer;
    try {
      const answered = this.#answer();
      this.#pipe.write(`${JSON.stringify(message)}\n`);
      answer = await answered;
    } catch (why) {
      throw why === "flood" ? noAnswer(routine) : ended(routine, this.#memory_mb);
    }
    if (answer.kind === "failed") throw faultOfCode(routine, answer.failure);
    return answer;
  }

  #refuse(routine: PythonRoutine): Fault {
    this.kill();
    return noAnswer(routine);
  }

  /** The next answer. Only one is waited for at a time. */
  #answer(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (!this.#alive) reject("ended");
      else this.#waiting = { resolve, reject };
    });
  }

  #answered(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }

  /** An answer that nobody waits for, that cannot be read or that has no end is from no code of ours: the process is ended. */
  #receive(text: string): void {
    const [first = "", ...others] = text.split("\n");
    this.#line.push(first);
    this.#characters += first.length;
    const isWhole = others.length > 0;
    if (this.#characters <= PYTHON_ANSWER_CHARACTERS_MAX && !isWhole) return;
    const answer = this.#characters <= PYTHON_ANSWER_CHARACTERS_MAX ? readAnswer(this.#line.join("")) : undefined;
    this.#line = [];
    this.#characters = 0;
    const waiting = this.#answered();
    const isOne = others.length === 1 && others[0] === "";
    if (answer && waiting && isOne) waiting.resolve(answer);
    else {
      waiting?.reject("flood");
      this.kill();
    }
  }
}
