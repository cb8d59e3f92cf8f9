import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { PYTHON_CPU_S, PYTHON_HEAP_MB } from "./limits.ts";

const PRLIMIT = ["/usr/bin/prlimit", "/bin/prlimit"];
const UNSHARE = ["/usr/bin/unshare", "/bin/unshare"];

/** A user namespace gives the right to the others: a network without any interface, and no process to see or signal but its own. */
const NAMESPACES = ["--user", "--map-current-user", "--net", "--pid", "--ipc", "--fork", "--kill-child=SIGKILL"];

const MB = 1024 * 1024;

/** The start of a command line that caps memory and processor time, and keeps no core dump: it would hold rows. */
function capPrefix(memory_mb: number): readonly string[] {
  const prlimit = PRLIMIT.find((path) => existsSync(path));
  return prlimit ? [prlimit, `--data=${memory_mb * MB}`, `--cpu=${PYTHON_CPU_S}`, "--core=0", "--"] : [];
}

let prefix: readonly string[] | undefined;

/** The start of a command line that puts a process into namespaces of its own; undefined where this machine has none to give. */
function isolationPrefix(): readonly string[] | undefined {
  if (prefix) return prefix;
  const unshare = UNSHARE.find((path) => existsSync(path));
  if (process.platform !== "linux" || !unshare) return undefined;
  const tried = spawnSync(unshare, [...NAMESPACES, "--", process.execPath, "--version"], { env: {}, stdio: "ignore" });
  if (tried.status === 0) prefix = [unshare, ...NAMESPACES, "--"];
  return prefix;
}

/** Whether this machine can keep Python functions from the network, from other processes and from the memory of the others. */
export const canIsolate = (): boolean => isolationPrefix() !== undefined && capPrefix(1).length > 0;

const folder = dirname(realpathSync(fileURLToPath(import.meta.url)));
const pyodide = dirname(realpathSync(fileURLToPath(import.meta.resolve("pyodide"))));
const runner = `${folder}/runner.ts`;

/**
 * Starts an interpreter: Node's permission model with read access to Pyodide's folder and to the two files of ours that it is made
 * of, and nothing else (no writes, child processes, workers, add-ons, inspector, WASI); no code from strings, with which Pyodide lives;
 * `node:sqlite` off, since it opens files past the permission model; an empty environment; namespaces of its own where there are any; its
 * memory and processor time capped by the kernel; a process group of its own.
 */
export function spawnInterpreter(memory_mb: number): ChildProcess {
  const readable = [`${pyodide}/`, runner, `${folder}/caller.py`];
  const flags = [
    "--permission",
    ...readable.map((path) => `--allow-fs-read=${path}`),
    "--disallow-code-generation-from-strings",
    "--no-experimental-sqlite",
    "--disable-warning=ExperimentalWarning",
    `--max-old-space-size=${PYTHON_HEAP_MB}`,
  ];
  const [command = process.execPath, ...rest] = [
    ...capPrefix(memory_mb),
    ...(isolationPrefix() ?? []),
    process.execPath,
    ...flags,
    runner,
  ];
  return spawn(command, rest, {
    cwd: pyodide,
    detached: true,
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    env: {},
  });
}

/** Ends the whole process group at once. A group that is already gone is no error. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ESRCH") throw thrown;
  }
}
