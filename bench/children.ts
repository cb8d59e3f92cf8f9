import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Programs beside this file, each a process of its own that sends one message when it is ready, and ends with its parent's channel. */
export class Children implements AsyncDisposable {
  readonly directory: string;
  readonly #children = new Map<string, ChildProcess>();

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** With a directory of their own, removed with them. */
  static async open(): Promise<Children> {
    return new Children(await mkdtemp(join(tmpdir(), "lakeward-bench-")));
  }

  /** What `program` says when it is ready; its argument is a path of that name in the directory. @throws Error when it ends first. */
  async start<T>(program: string, path: string): Promise<T> {
    const child = fork(join(import.meta.dirname, program), [join(this.directory, path)], { stdio: "inherit" });
    this.#children.set(path, child);
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`${program} ended with ${code} before it was ready; its output above says why.`);
    });
    const [said] = (await Promise.race([once(child, "message"), ended])) as [T];
    ended.catch(() => {});
    return said;
  }

  /** The process that was started by that path. @throws Error when none was. */
  of(path: string): ChildProcess {
    const child = this.#children.get(path);
    if (!child) throw new Error(`No program was started by the path ${path}.`);
    return child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children.values()) {
      if (!child.connected) continue;
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    }
    await rm(this.directory, { recursive: true, force: true });
  }
}
