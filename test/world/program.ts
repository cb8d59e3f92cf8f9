import { spawn } from "node:child_process";

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
