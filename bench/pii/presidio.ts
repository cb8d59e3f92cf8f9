import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Entity } from "../../src/pii/entities.ts";
import type { Span } from "../../src/pii/mod.ts";
import { providePresidio } from "../../tools/python.ts";

interface Analyzed {
  /** The finds in each text. Python counts characters, not UTF-16 units: texts have none beyond the basic plane. */
  readonly spans: readonly (readonly Span[])[];
  /** Processor time, without reading and writing. */
  readonly cpu_us: number;
}

/** Presidio in a process of its own, ready for texts. */
export class Presidio implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(interpreter: string) {
    const program = join(import.meta.dirname, "presidio.py");
    this.#child = spawn(interpreter, [program], { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** @throws Error when this machine has no Python for it. */
  static async open(progress: (text: string) => void): Promise<Presidio> {
    const python = await providePresidio(progress);
    if ("missing" in python) throw new Error(`Presidio cannot be run: ${python.missing}.`);
    return new Presidio(python.interpreter);
  }

  /** One call at a time. @throws Error when the process has ended. */
  async analyze(texts: readonly string[], entities: readonly Entity[]): Promise<Analyzed> {
    this.#child.stdin.write(`${JSON.stringify({ texts, entities })}\n`);
    const line = await this.#lines.next();
    if (line.done) throw new Error("Presidio ended before it answered; its output above says why.");
    return JSON.parse(line.value) as Analyzed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.stdin.end();
    await ended;
  }
}
