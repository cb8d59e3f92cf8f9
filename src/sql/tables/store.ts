import { join } from "node:path";
import { type CompiledQuery, sql } from "kysely";
import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import type { Log } from "#base/log.ts";
import type { Database } from "#db/mod.ts";
import type { Transaction } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { fileIdOf, TableFiles } from "./files.ts";
import type { Append, StagedFile, TableStore, TableVersion } from "./table-store.ts";

export interface TableStoreOptions {
  readonly db: Database;
  readonly data_dir: string;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Log;
}

/**
 * Opens the table store and removes what a crash left: files that no version holds. The caller holds the data directory
 * alone (its lock is the cluster's), so a file that no version holds at start is nobody's.
 */
export async function openTableStore(options: TableStoreOptions): Promise<TableStore> {
  const store = new PostgresTableStore(options);
  await store.recover();
  return store;
}

type CurrentRow = Awaited<ReturnType<ReturnType<typeof currentFiles>["execute"]>>[number];

/** One statement is one snapshot: version and files belong together. */
const currentFiles = (kysely: ReturnType<Database["on"]>, table_id: string) =>
  kysely
    .selectFrom("sql_table_version as v")
    .leftJoin("sql_table_file as f", (join) =>
      join.onRef("f.table_id", "=", "v.table_id").on("f.removed_in", "is", null),
    )
    .select(["v.version", "v.rows", "v.bytes", "f.id"])
    .where("v.table_id", "=", table_id)
    .where("v.version", "=", (inner) =>
      inner
        .selectFrom("sql_table_version")
        .select((aggregate) => aggregate.fn.max("version").as("version"))
        .where("table_id", "=", table_id),
    )
    .orderBy("f.id");

class PostgresTableStore implements TableStore {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #log: Log;
  readonly #files: TableFiles;
  /** What `sync` made durable; the objects themselves, so that nothing is held longer than its statement. */
  readonly #synced = new WeakSet<StagedFile>();
  #current: CompiledQuery<CurrentRow> | undefined;

  constructor(options: TableStoreOptions) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#ids = options.ids;
    this.#log = options.log;
    this.#files = new TableFiles(join(options.data_dir, "tables"));
  }

  async current(table_id: string): Promise<TableVersion> {
    const { rows: found } = await this.#db.on().executeQuery(this.#currentOf(table_id));
    const [first] = found;
    if (first === undefined) return { table_id, version: 0, files: [], rows: 0, bytes: 0 };
    const files = found.flatMap(({ id }) => (id === null ? [] : [this.#files.path(table_id, id)]));
    return { table_id, version: first.version, files, rows: Number(first.rows), bytes: Number(first.bytes) };
  }

  /** Built once, since it is asked for each table of each statement: every parameter is the table. */
  #currentOf(table_id: string): CompiledQuery<CurrentRow> {
    this.#current ??= currentFiles(this.#db.on(), table_id).compile();
    return { ...this.#current, parameters: this.#current.parameters.map(() => table_id) };
  }

  async stage(table_id: string): Promise<string> {
    const path = this.#files.path(table_id, this.#ids.uuid());
    await this.#files.makeDirectory(table_id);
    return path;
  }

  async sync(files: readonly StagedFile[]): Promise<void> {
    await this.#files.sync(files.map(({ file }) => file));
    for (const file of files) this.#synced.add(file);
  }

  async commit(transaction: Transaction, append: Append): Promise<number> {
    const db = this.#db.on(transaction);
    const added = await this.#measure(append);
    await this.#lock(transaction, append.table_id);
    await this.#refuseDropped(transaction, append.table_id);
    const last = await db
      .selectFrom("sql_table_version")
      .select(["version", "rows", "bytes"])
      .where("table_id", "=", append.table_id)
      .orderBy("version", "desc")
      .limit(1)
      .executeTakeFirst();
    const read = last?.version ?? 0;
    if (append.read_version !== "any" && append.read_version !== read) throw conflict();
    const version = read + 1;
    await db
      .insertInto("sql_table_version")
      .values({
        table_id: append.table_id,
        version,
        rows: Number(last?.rows ?? 0) + sum(added.map(({ rows }) => rows)),
        bytes: Number(last?.bytes ?? 0) + sum(added.map(({ bytes }) => bytes)),
        committed_by: append.by,
        committed_at: new Date(this.#clock.now_ms()),
      })
      .execute();
    const rows = added.map((file) => ({ ...file, table_id: append.table_id, added_in: version, removed_in: null }));
    if (rows.length > 0) await db.insertInto("sql_table_file").values(rows).execute();
    return version;
  }

  async discard(files: readonly string[]): Promise<void> {
    for (const file of files) await this.#files.remove(file);
  }

  async drop(transaction: Transaction, table_ids: readonly string[]): Promise<void> {
    const db = this.#db.on(transaction);
    // In one order, so that two drops cannot wait for each other.
    for (const table_id of [...table_ids].sort()) {
      await this.#lock(transaction, table_id);
      await db.deleteFrom("sql_table_file").where("table_id", "=", table_id).execute();
      await db.deleteFrom("sql_table_version").where("table_id", "=", table_id).execute();
      await db
        .insertInto("sql_table_dropped")
        .values({ table_id, dropped_at: new Date(this.#clock.now_ms()) })
        .onConflict((conflicting) => conflicting.doNothing())
        .execute();
    }
  }

  async removeDropped(table_ids: readonly string[]): Promise<void> {
    for (const table_id of table_ids) await this.#files.removeTable(table_id);
  }

  /** Removes files that no version holds: of writes that never committed, and of tables that were dropped. */
  async recover(): Promise<void> {
    const found = await this.#files.list();
    if (found.length === 0) return;
    const rows = await this.#db.on().selectFrom("sql_table_file").select(["id"]).execute();
    const dropped = await this.#db.on().selectFrom("sql_table_dropped").select(["table_id"]).limit(1).execute();
    if (rows.length === 0 && dropped.length === 0) {
      // A database that knows no table is more likely the wrong one than the owner of nothing but leftovers.
      this.#log.warn({ files: found.length }, "table files are there, but the database knows no table: left alone");
      return;
    }
    const held = new Set(rows.map(({ id }) => id));
    const orphans = found.filter(({ file_id }) => !held.has(file_id));
    for (const { table_id, file_id } of orphans) await this.#files.remove(this.#files.path(table_id, file_id));
    if (orphans.length > 0) this.#log.info({ files: orphans.length }, "removed table files that no version holds");
  }

  /** Ids, rows and bytes of staged files. @throws Fault INTERNAL_ERROR when one was never synced: a crash could lose it. */
  async #measure(append: Append): Promise<readonly { id: string; rows: number; bytes: number }[]> {
    const measured: { id: string; rows: number; bytes: number }[] = [];
    for (const staged of append.add) {
      const { file, rows } = staged;
      const id = fileIdOf(file);
      if (!this.#synced.has(staged) || this.#files.path(append.table_id, id) !== file)
        throw new Fault("INTERNAL_ERROR", "The write was not committed: a file of it is not safe on disk.", {
          internal: `not staged and synced for this table: ${file}`,
        });
      measured.push({ id, rows, bytes: await this.#files.size(file) });
    }
    return measured;
  }

  /** Writers of a table take turns from here to the end of their transactions; readers never wait. */
  async #lock(transaction: Transaction, table_id: string): Promise<void> {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`table ${table_id}`}, 0))`.execute(
      this.#db.on(transaction),
    );
  }

  async #refuseDropped(transaction: Transaction, table_id: string): Promise<void> {
    const dropped = await this.#db
      .on(transaction)
      .selectFrom("sql_table_dropped")
      .select("table_id")
      .where("table_id", "=", table_id)
      .executeTakeFirst();
    if (dropped !== undefined)
      throw new Fault("TABLE_DOES_NOT_EXIST", "The table was dropped while the statement ran. Nothing was written.");
  }
}

function conflict(): Fault {
  return new Fault(
    "RESOURCE_CONFLICT",
    "The table was changed by another statement while this one ran. Nothing was written; run the statement again.",
    { reason: "CONCURRENT_WRITE" },
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
