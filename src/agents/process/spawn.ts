import { type ChildProcess, spawn } from "node:child_process";
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { AGENT_HEAP_MB } from "../limits.ts";
import { assertNoLinkOut } from "./links.ts";

/** Where an agent's code lies, and what else it may read: the folders of its dependencies. */
export interface AgentCode {
  /** Absolute path of its folder. */
  readonly folder: string;
  /** Entry file, relative to the folder. */
  readonly entry: string;
  /** Absolute paths of folders of dependencies. */
  readonly dependencies: readonly string[];
}

const runner = realpathSync(fileURLToPath(new URL("./runner.ts", import.meta.url)));

/**
 * Starts an agent: Node's permission model with read access to its own folder and its dependencies, and nothing else (no
 * writes, child processes, workers, add-ons, inspector, WASI); no code from strings; `node:sqlite` off, since it opens files
 * past the permission model (seen on Node 24.21); an environment of the documented serving variables alone; a process group of
 * its own. Source of the variables: databricks-sdk-py `credentials_provider.py`, model serving.
 */
export function spawnAgent(code: AgentCode, host: string): ChildProcess {
  const folder = realpathSync(code.folder);
  const folders = [folder, ...code.dependencies.map((one) => realpathSync(one))];
  assertNoLinkOut(folders);
  const readable = [runner, ...folders.map((one) => `${one}/`)];
  const flags = [
    "--permission",
    ...readable.map((path) => `--allow-fs-read=${path}`),
    "--disallow-code-generation-from-strings",
    "--no-experimental-sqlite",
    `--max-old-space-size=${AGENT_HEAP_MB}`,
  ];
  return spawn(process.execPath, [...flags, runner, `${folder}/${code.entry}`], {
    cwd: folder,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    env: {
      IS_IN_DATABRICKS_MODEL_SERVING_ENV: "true",
      IS_IN_DB_MODEL_SERVING_ENV: "true",
      DATABRICKS_MODEL_SERVING_HOST_URL: host,
      DB_MODEL_SERVING_HOST_URL: host,
      TZ: "UTC",
    },
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
