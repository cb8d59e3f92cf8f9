import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SOCKET_PORT } from "./settings.ts";

/** Longest path of a Unix socket that every platform takes: macOS 103 bytes, Linux 107. */
const SOCKET_PATH_BYTES_MAX = 103;

/**
 * A private directory for the socket, emptied of what an earlier server left: within the data directory, or, where its path
 * is too long for a socket, a fresh one among the machine's temporary files.
 */
export async function makeSocketDirectory(data_dir: string): Promise<string> {
  const record = join(data_dir, "postgres.socket");
  const earlier = (await readFile(record, "utf8").catch(() => "")).trim();
  if (earlier) await rm(earlier, { recursive: true, force: true });
  const inside = join(data_dir, "run");
  const directory = fits(inside) ? inside : await mkdtemp(join(fits(tmpdir()) ? tmpdir() : "/tmp", "lakeward-"));
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await emptySocketDirectory(directory);
  if (directory !== inside) await writeFile(record, directory, { mode: 0o600 });
  else await rm(record, { force: true });
  return directory;
}

/**
 * Removes the socket and the lock beside it, both of a Postgres that is gone. A killed one leaves its number in the lock, and while a
 * foreign process has that number no other Postgres would start here.
 */
export async function emptySocketDirectory(directory: string): Promise<void> {
  for (const name of await readdir(directory))
    if (name.startsWith(`.s.PGSQL.${SOCKET_PORT}`)) await rm(join(directory, name), { force: true });
}

function fits(directory: string): boolean {
  return Buffer.byteLength(join(directory, `.s.PGSQL.${SOCKET_PORT}`)) <= SOCKET_PATH_BYTES_MAX;
}
