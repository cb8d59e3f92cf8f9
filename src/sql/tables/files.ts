import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Fault } from "#wire/errors.ts";

const ID = /^[0-9a-f-]{36}$/;
const SUFFIX = ".parquet";

/**
 * The directory of table files: `<root>/<table id>/<file id>.parquet`. It knows nothing of versions. Directories are 0700;
 * the engine writes files as 0600.
 */
export class TableFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** The path of a file. @throws Fault INTERNAL_ERROR unless both ids are UUIDs, since they become parts of a path. */
  path(table_id: string, file_id: string): string {
    return join(this.#directory(table_id), `${checkedId(file_id)}${SUFFIX}`);
  }

  async makeDirectory(table_id: string): Promise<void> {
    await mkdir(this.#directory(table_id), { recursive: true, mode: 0o700 });
  }

  /** Makes files, and that they are there, survive a loss of power. */
  async sync(paths: readonly string[]): Promise<void> {
    for (const path of paths) await syncPath(path);
    for (const directory of new Set(paths.map(dirname))) await syncPath(directory);
    if (paths.length > 0) await syncPath(this.#root);
  }

  /** Bytes of a file. */
  async size(path: string): Promise<number> {
    return (await stat(path)).size;
  }

  async remove(path: string): Promise<void> {
    await rm(path, { force: true });
  }

  async removeTable(table_id: string): Promise<void> {
    await rm(this.#directory(table_id), { recursive: true, force: true });
  }

  /** Every file there is, by table; other things in the directory are not ours and are left alone. */
  async list(): Promise<readonly { readonly table_id: string; readonly file_id: string }[]> {
    await mkdir(this.#root, { recursive: true, mode: 0o700 });
    const found: { table_id: string; file_id: string }[] = [];
    for (const table_id of (await readdir(this.#root)).filter((name) => ID.test(name))) {
      for (const name of await readdir(join(this.#root, table_id))) {
        const file_id = name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : "";
        if (ID.test(file_id)) found.push({ table_id, file_id });
      }
    }
    return found;
  }

  #directory(table_id: string): string {
    return join(this.#root, checkedId(table_id));
  }
}

function checkedId(id: string): string {
  if (!ID.test(id)) throw new Fault("INTERNAL_ERROR", "A table's file has a malformed id.", { internal: `id ${id}` });
  return id;
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The id that a staged path carries. */
export function fileIdOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1, -SUFFIX.length);
}
