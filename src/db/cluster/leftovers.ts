import { execFile } from "node:child_process";
import { readdir, readFile, readlink, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Log } from "#base/log.ts";
import { Fault } from "#wire/errors.ts";

/** A fast shutdown ends sessions and writes a checkpoint. */
const FAST_SHUTDOWN_MS = 10_000;
/** An immediate one writes nothing; recovery does the work at the next start. */
const IMMEDIATE_SHUTDOWN_MS = 5_000;
const KILL_MS = 5_000;
const POLL_MS = 25;

const SHUTDOWN_STEPS = [
  ["SIGINT", FAST_SHUTDOWN_MS],
  ["SIGQUIT", IMMEDIATE_SHUTDOWN_MS],
  ["SIGKILL", KILL_MS],
] as const;

/**
 * Stops whatever still runs on this Postgres directory and nothing else: a Postgres that outlived its server, or the last
 * backends of one that was killed. Call it under the data directory's lock. A `postmaster.pid` whose number meanwhile
 * belongs to a foreign process is removed, since Postgres would take that process for its own.
 * @param pgdata Real path of the Postgres directory.
 * @throws Fault INVALID_STATE when a process does not end even when killed.
 */
export async function stopLeftovers(pgdata: string, log: Log): Promise<void> {
  const first = await processesOn(pgdata);
  if (first.length > 0) {
    log.warn(
      { processes: first.length },
      "A Postgres of an earlier server still runs on this data directory. Stopping it.",
    );
    await stopProcesses(pgdata);
  }
  const pid = await postmasterPid(pgdata);
  if (pid !== undefined && isAlive(pid)) await rm(join(pgdata, "postmaster.pid"), { force: true });
}

async function stopProcesses(pgdata: string): Promise<void> {
  for (const [signal, wait_ms] of SHUTDOWN_STEPS) {
    const postmaster = await postmasterPid(pgdata);
    const running = await processesOn(pgdata);
    const toSignal = signal !== "SIGKILL" && running.some((pid) => pid === postmaster) ? [postmaster ?? 0] : running;
    for (const pid of toSignal) sendSignal(pid, signal);
    for (let waited_ms = 0; waited_ms < wait_ms; waited_ms += POLL_MS) {
      if ((await processesOn(pgdata)).length === 0) return;
      await sleep(POLL_MS);
    }
  }
  const stuck = (await processesOn(pgdata)).join(", ");
  throw new Fault("INVALID_STATE", `Postgres processes on ${pgdata} do not end: ${stuck}. End them, then start again.`);
}

/** Ids of the Postgres processes that work in `pgdata`: each of them has it as its working directory. */
export async function processesOn(pgdata: string): Promise<readonly number[]> {
  if (process.platform !== "linux") return processesByCommandLine(pgdata);
  const found: number[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // A process may end, or belong to somebody else, between any two reads: then it is not ours.
    const cwd = await readlink(`/proc/${name}/cwd`).catch(() => "");
    if (cwd !== pgdata) continue;
    const program = await readlink(`/proc/${name}/exe`).catch(() => "");
    if (basename(program).startsWith("postgres")) found.push(Number(name));
  }
  return found;
}

async function processesByCommandLine(pgdata: string): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-axo", "pid=,command="]);
  return stdout
    .split("\n")
    .filter((line) => line.includes("postgres") && line.includes(`-D ${pgdata} `))
    .map((line) => Number.parseInt(line, 10));
}

async function postmasterPid(pgdata: string): Promise<number | undefined> {
  const text = await readFile(join(pgdata, "postmaster.pid"), "utf8").catch(() => "");
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
