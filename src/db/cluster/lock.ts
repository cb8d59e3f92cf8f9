import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Fault } from "#wire/errors.ts";

/** SQLite's SQLITE_BUSY: another process holds the lock. */
const BUSY = 5;

/** The exclusive use of a data directory. */
export interface DataDirectoryLock {
  release(): void;
}

/**
 * Takes the data directory for this process. The lock is the operating system's, on the file `lock`, reached through SQLite
 * since Node has no file locks of its own; it ends with the process, however that ends.
 * @throws Fault RESOURCE_CONFLICT naming the process that holds it, INVALID_STATE when this user may not write there.
 */
export function lockDataDirectory(data_dir: string): DataDirectoryLock {
  const holder_file = join(data_dir, "lock.pid");
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(join(data_dir, "lock"), { timeout: 0 });
    file.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    writeFileSync(holder_file, `${process.pid}\n`, { mode: 0o600 });
  } catch (cause) {
    file?.close();
    throw refusal(data_dir, readHolder(holder_file), cause as Error & { readonly errcode?: number });
  }
  const held = file;
  return { release: () => held.close() };
}

function refusal(data_dir: string, holder: string, cause: Error & { readonly errcode?: number }): Fault {
  if (cause.errcode === BUSY)
    return new Fault(
      "RESOURCE_CONFLICT",
      `The data directory ${data_dir} is in use by another Lakeward server (process ${holder}). Stop that one, or give this one a directory of its own with --data-dir.`,
      { cause },
    );
  return new Fault(
    "INVALID_STATE",
    `The data directory ${data_dir} cannot be written (${cause.message}). Start Lakeward as the user it belongs to, or name another directory with --data-dir.`,
    { cause },
  );
}

function readHolder(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "unknown";
  }
}
