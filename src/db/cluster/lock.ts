import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Fault } from "#wire/errors.ts";

/** The exclusive use of a data directory. */
export interface DataDirectoryLock {
  release(): void;
}

/**
 * Takes the data directory for this process. The lock is the operating system's, on the file `lock`, reached through SQLite
 * since Node has no file locks of its own; it ends with the process, however that ends.
 * @throws Fault RESOURCE_CONFLICT naming the process that holds it.
 */
export function lockDataDirectory(data_dir: string): DataDirectoryLock {
  const holder_file = join(data_dir, "lock.pid");
  const file = new DatabaseSync(join(data_dir, "lock"), { timeout: 0 });
  try {
    file.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (cause) {
    file.close();
    throw new Fault(
      "RESOURCE_CONFLICT",
      `The data directory ${data_dir} is in use by another Lakeward server (process ${readHolder(holder_file)}). Stop that one, or give this one a directory of its own with --data-dir.`,
      { cause },
    );
  }
  writeFileSync(holder_file, `${process.pid}\n`, { mode: 0o600 });
  return { release: () => file.close() };
}

function readHolder(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "unknown";
  }
}
