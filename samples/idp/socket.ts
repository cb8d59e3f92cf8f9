import { rm } from "node:fs/promises";
import type { Server } from "node:http";
import { resolve } from "node:path";

/** The socket by which whoever owns the provider's data directory rotates its key. */
export const ADMIN_SOCKET = "admin.sock";

/**
 * Listens on a Unix socket in `directory`. A socket's path may have about 100 bytes, a directory's more, so the process goes
 * there and names the socket alone: for processes of their own only.
 */
export async function listenOnSocket(server: Server, directory: string, name: string): Promise<void> {
  const there = resolve(directory);
  await rm(resolve(there, name), { force: true });
  process.chdir(there);
  await new Promise<void>((done, failed) => {
    server.once("error", failed);
    server.listen(name, done);
  });
}
