import { spawn } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

/** Path of a program that tests need, or why this machine can have none. */
export type Provided = { readonly path: string } | { readonly missing: string };

const cache = resolve(import.meta.dirname, "../.cache");
const SAID_CHARACTERS_MAX = 2000;

/**
 * The folder `.cache/<name>`, filled by `work` once, and anew when what is `wanted` in it changes. A folder left half filled
 * by an interruption is filled again.
 */
export async function installOnce(
  name: string,
  wanted: string,
  work: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cache, name);
  const marker = join(folder, "installed");
  if ((await readFile(marker, "utf8").catch(() => "")) === wanted) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await work(folder);
  await writeFile(marker, wanted);
  return folder;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Besides the environment that the tests have. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a program said on its standard output. @throws Error with its last words when it fails. */
export async function mustRun(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { status, stdout, said } = await tryRun(program, args, options);
  if (status !== 0) throw new Error(`'${program} ${args.slice(0, 3).join(" ")}' failed.\n${said}`);
  return stdout;
}

/** Status, standard output and last words of a program; no status when there is no such program. */
export function tryRun(
  program: string,
  args: readonly string[],
  { cwd, environment = {} }: RunOptions = {},
): Promise<{ readonly status?: number; readonly stdout: string; readonly said: string }> {
  return new Promise((done) => {
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...environment },
      ...(cwd !== undefined && { cwd }),
    });
    let stdout = "";
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-SAID_CHARACTERS_MAX);
      });
    child.once("error", () => done({ stdout, said }));
    child.once("close", (status) => done({ stdout, said, ...(status !== null && { status }) }));
  });
}
