import { basename } from "node:path";
import { run } from "node:test";
import type { TestEvent } from "node:test/reporters";

/** What one test file did. */
export interface FileReport {
  readonly passed: number;
  readonly failed: number;
  /** What could not run on this machine: name and reason. */
  readonly unable: readonly string[];
  /** Failures with their reasons, and what tests noted. */
  readonly lines: readonly string[];
}

/** What a file wrote to its outputs is shown when it fails as a whole, its last part. */
const SAID_CHARACTERS_MAX = 4000;

/**
 * Runs a test file in a process of its own. A failing hook, a crash, a test that is left to do, one that is skipped without a
 * reason, and a file that runs no test are failures. Aborting `signal` ends the file, which then has failed.
 */
export async function runFile(file: string, signal: AbortSignal): Promise<FileReport> {
  const seen = new Seen(file);
  for await (const event of run({ files: [file], signal })) seen.take(event);
  return seen.report();
}

type Failure = Extract<TestEvent, { type: "test:fail" }>["data"];

class Seen {
  readonly #file: string;
  readonly #unable: string[] = [];
  readonly #lines: string[] = [];
  #said = "";
  #passed = 0;
  #failed = 0;
  #isWhole = false;

  constructor(file: string) {
    this.#file = file;
  }

  take({ type, data }: TestEvent): void {
    if (type === "test:stdout" || type === "test:stderr")
      this.#said = (this.#said + data.message).slice(-SAID_CHARACTERS_MAX);
    // Without a file it is the runner's own sum, which is not needed.
    else if (type === "test:diagnostic" && data.file !== undefined) this.#lines.push(`     ${data.message}`);
    // The process' own sum, which it writes when all its tests have ended.
    else if (type === "test:summary" && data.file !== undefined) this.#isWhole = true;
    else if (type === "test:fail") this.#fail(data);
    else if (type === "test:pass" && data.skip !== undefined) this.#skip(data.name, data.skip);
    else if (type === "test:pass" && data.todo !== undefined) this.#add(data.name, "It is left to do.");
    // Suites and files are no tests.
    else if (type === "test:pass" && data.details.type !== "suite" && !this.#isFile(data.name)) this.#passed += 1;
  }

  report(): FileReport {
    if (this.#passed + this.#failed + this.#unable.length === 0) this.#add("the file", "It ran no test.");
    else if (!this.#isWhole) this.#add("the file", "It ended before its tests did.");
    return { passed: this.#passed, failed: this.#failed, unable: this.#unable, lines: this.#lines };
  }

  #skip(name: string, reason: string | boolean): void {
    if (typeof reason === "string" && reason !== "") this.#unable.push(`${name}: ${reason}`);
    else this.#add(name, "It was skipped without a reason.");
  }

  #fail({ name, details: { error } }: Failure): void {
    const { failureType } = error as { readonly failureType?: string };
    // Counted where it failed.
    if (failureType === "subtestsFailed") return;
    const why = error.cause instanceof Error ? error.cause.stack : String(error.cause ?? error.message);
    if (this.#isFile(name)) {
      this.#isWhole = true;
      this.#add("the file", `${why}\n${this.#said}`.trim());
    } else this.#add(name, why ?? "");
  }

  #add(name: string, why: string): void {
    this.#failed += 1;
    this.#lines.push(`FAIL ${name}\n${why.replaceAll(/^/gm, "     ")}`);
  }

  #isFile(name: string): boolean {
    return name === this.#file || (name.endsWith(basename(this.#file)) && this.#file.endsWith(name));
  }
}
