import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";

export type Environment = Readonly<Record<string, string>>;

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, with PATH and `environment` as its whole environment. */
export function run(program: string, args: readonly string[], environment: Environment): Promise<Ran> {
  return new Promise((done, failed) => {
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH, ...environment },
    });
    const said = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        said[stream] += text;
      });
    }
    child.once("error", failed);
    child.once("close", (status) => done({ status, ...said }));
  });
}

/** What one of the Python programs beside this file printed as JSON. */
export async function runPython<T>(
  interpreter: string,
  name: string,
  environment: Environment,
  ...args: readonly string[]
): Promise<T> {
  const path = join(import.meta.dirname, "programs", name);
  const { status, stdout, stderr } = await run(interpreter, [path, ...args], environment);
  assert.equal(status, 0, stderr);
  const printed: T = JSON.parse(stdout);
  return printed;
}
