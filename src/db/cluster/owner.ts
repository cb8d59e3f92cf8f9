import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "#wire/errors.ts";

/**
 * Postgres works in a directory of its own user's alone. Root's Postgres is an ordinary user inside its namespace, to whom
 * root's files belong: there the directory around must be root's too.
 * @throws Fault INVALID_STATE naming the directory and whose it is.
 */
export async function assertOwned(data_dir: string, uid: number | undefined = process.getuid?.()): Promise<void> {
  if (uid === undefined) return;
  const pgdata = join(data_dir, "postgres");
  for (const directory of uid === 0 ? [data_dir, pgdata] : [pgdata]) {
    const owner: number = await stat(directory).then(
      (found) => found.uid,
      () => uid,
    );
    if (owner !== uid)
      throw new Fault(
        "INVALID_STATE",
        `The directory ${directory} belongs to another user (id ${owner}), and Postgres works in its own user's alone. Start Lakeward as that user, or name another directory with --data-dir.`,
      );
  }
}
