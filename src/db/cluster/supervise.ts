import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, renameSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "#base/log.ts";
import { Fault } from "#wire/errors.ts";
import type { Binaries } from "./binaries.ts";
import { stopLeftovers } from "./leftovers.ts";
import { waitUntilReady } from "./ready.ts";
import { postgresSettings } from "./settings.ts";
import { emptySocketDirectory } from "./socket-directory.ts";
import type { Prefix } from "./unprivileged.ts";

const RESTART_FIRST_MS = 100;
const RESTART_MS_MAX = 10_000;
/** The log is set aside, as `postgres.log.1`, when a start finds it larger. */
const LOG_BYTES_MAX = 10 * 1024 * 1024;
const LOG_TAIL_CHARACTERS = 600;
const FAST_SHUTDOWN_MS = 10_000;
const IMMEDIATE_SHUTDOWN_MS = 5_000;

export interface PostgresPlan {
  readonly data_dir: string;
  readonly pgdata: string;
  readonly socket_dir: string;
  readonly binaries: Binaries;
  readonly prefix: Prefix;
  readonly url: string;
  readonly log: Log;
}

/** A running Postgres that is started again whenever it ends without being told to. */
export class SupervisedPostgres {
  readonly #plan: PostgresPlan;
  #child: ChildProcess | undefined;
  #stopping = false;
  #restarting: Promise<void> | undefined;

  constructor(plan: PostgresPlan) {
    this.#plan = plan;
  }

  /** The postmaster's process id, while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts Postgres; resolves when it takes connections. @throws Fault INVALID_STATE with the end of its log when it ends instead. */
  async start(): Promise<void> {
    const { pgdata, socket_dir, binaries, prefix, data_dir, url, log } = this.#plan;
    await stopLeftovers(pgdata, log);
    await emptySocketDirectory(socket_dir);
    const settings = Object.entries(postgresSettings(socket_dir)).flatMap(([name, value]) => [
      "-c",
      `${name}=${value}`,
    ]);
    const [program = "", ...args] = [...prefix, binaries.postgres, "-D", pgdata, ...settings];
    const output = openLog(join(data_dir, "postgres.log"));
    // A group of its own: an interrupt at the terminal is the server's to handle, which then stops Postgres in order.
    const child = spawn(program, args, {
      env: { ...binaries.environment },
      cwd: pgdata,
      detached: true,
      stdio: ["ignore", output, output],
    });
    closeSync(output);
    child.unref();
    const ended = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(String(error)));
      child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    this.#child = child;
    const ready = new AbortController();
    const failed = await Promise.race([waitUntilReady(url, ready.signal), ended]);
    ready.abort();
    if (failed !== undefined) {
      this.#child = undefined;
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGQUIT");
      throw new Fault(
        "INVALID_STATE",
        `Postgres did not start (${failed}). The end of its log: ${await logTail(data_dir)}`,
      );
    }
    void ended.then((how) => this.#ended(child, how));
  }

  /** Stops Postgres: fast, and immediately when that takes too long. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#restarting;
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    const gone = new Promise<true>((resolve) => child.once("exit", () => resolve(true)));
    const steps = [
      ["SIGINT", FAST_SHUTDOWN_MS],
      ["SIGQUIT", IMMEDIATE_SHUTDOWN_MS],
      ["SIGKILL", IMMEDIATE_SHUTDOWN_MS],
    ] as const;
    for (const [signal, wait_ms] of steps) {
      child.kill(signal);
      const waiting = new AbortController();
      const isGone = await Promise.race([gone, sleep(wait_ms, false, { signal: waiting.signal })]);
      waiting.abort();
      if (isGone) return;
    }
  }

  #ended(child: ChildProcess, how: string): void {
    if (this.#stopping || this.#child !== child) return;
    this.#child = undefined;
    this.#plan.log.error({ how }, "Postgres ended unexpectedly. Starting it again.");
    this.#restarting = this.#restart();
  }

  async #restart(): Promise<void> {
    const began_ms = Date.now();
    for (let wait_ms = RESTART_FIRST_MS; !this.#stopping; wait_ms = Math.min(wait_ms * 2, RESTART_MS_MAX)) {
      await sleep(wait_ms, undefined, { ref: false });
      if (this.#stopping) return;
      try {
        await this.start();
        this.#plan.log.info({ after_ms: Date.now() - began_ms }, "Postgres is up again.");
        return;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.#plan.log.error({ reason, next_try_ms: wait_ms * 2 }, "Postgres could not be started again yet.");
      }
    }
  }
}

function openLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_BYTES_MAX) renameSync(path, `${path}.1`);
  return openSync(path, "a", 0o600);
}

async function logTail(data_dir: string): Promise<string> {
  const text = await readFile(join(data_dir, "postgres.log"), "utf8").catch(() => "");
  return text.slice(-LOG_TAIL_CHARACTERS).trim();
}
