import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { ENGINE_EXPRESSION_DEPTH_MAX } from "../limits.ts";
import { literal } from "./names.ts";
import type { ChildSettings } from "./protocol.ts";
import { STATEMENT_CATALOG, STATEMENT_CATALOG_SQL } from "./step-sql.ts";

/** What an engine may open, for as long as it lives. */
export type Reach = { readonly directory: string } | { readonly files: readonly string[] };

export interface LockedEngineOptions {
  readonly settings: ChildSettings;
  readonly macro_file: string;
  readonly reach: Reach;
  /** Form 2 needs the optimizer to keep no statistics of hidden rows. */
  readonly statistics_propagation: boolean;
}

/**
 * A DuckDB whose settings no longer change and that opens nothing beyond its reach. Its own database is the macro file, read-only, so
 * that whatever a statement makes lies in a catalog of the statement's, or in its connection, and goes with these.
 */
export class LockedEngine {
  readonly #instance: DuckDBInstance;
  /** Ours alone: no text of a statement runs on it. */
  readonly #keeper: DuckDBConnection;
  #next: Promise<DuckDBConnection> | undefined;

  private constructor(instance: DuckDBInstance, keeper: DuckDBConnection) {
    this.#instance = instance;
    this.#keeper = keeper;
  }

  static async open({ settings, macro_file, reach, ...options }: LockedEngineOptions): Promise<LockedEngine> {
    const instance = await DuckDBInstance.create(macro_file, {
      access_mode: "READ_ONLY",
      threads: String(settings.threads),
      memory_limit: `${settings.memory_mb}MB`,
      // The engine may open whatever lies where it spills: nothing of others'.
      temp_directory: mkdtempSync(join(settings.temp_dir, "spill-")),
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      allow_community_extensions: "false",
      allow_persistent_secrets: "false",
      // Row order is the ORDER BY's business; without this, a barrier costs the engine its parallelism.
      preserve_insertion_order: "false",
      // The operating system keeps files at hand already; this copy would be one more, in memory that others' statements want.
      enable_external_file_cache: "false",
    });
    const keeper = await instance.connect();
    await keeper.run(
      [
        "SET GLOBAL TimeZone = 'UTC'",
        `SET GLOBAL max_expression_depth = ${ENGINE_EXPRESSION_DEPTH_MAX}`,
        "SET GLOBAL scalar_subquery_error_on_multiple_rows = true",
        // Among the instance's own options it is accepted, and not enforced (1.5.6: 493 MB were spilled at a limit of 64).
        `SET GLOBAL max_temp_directory_size = '${settings.spill_mb}MB'`,
        // A file's name stands for its content, which never changes; see `linked-files.ts`.
        "SET GLOBAL parquet_metadata_cache = true",
        ...(options.statistics_propagation ? [] : ["SET GLOBAL disabled_optimizers = 'statistics_propagation'"]),
        "directory" in reach
          ? `SET GLOBAL allowed_directories = [${literal(reach.directory)}]`
          : `SET GLOBAL allowed_paths = [${reach.files.map(literal).join(", ")}]`,
        "SET GLOBAL enable_external_access = false",
        "SET GLOBAL lock_configuration = true",
      ].join(";\n"),
    );
    const engine = new LockedEngine(instance, keeper);
    await engine.prepare();
    return engine;
  }

  /** Makes ready for the next statement: a connection and an empty catalog of its own. */
  prepare(): Promise<void> {
    const opened = this.#instance.connect().then(async (connection) => {
      await connection.run(STATEMENT_CATALOG_SQL);
      return connection;
    });
    this.#next = opened;
    return opened.then(() => {});
  }

  /** What was made ready, for one statement alone. @throws Error when nothing is. */
  connect(): Promise<DuckDBConnection> {
    const next = this.#next;
    this.#next = undefined;
    return next ?? Promise.reject(new Error("an engine is not ready for a statement"));
  }

  /**
   * Takes away all that the statement made; its connection is closed already. Then makes ready for the next.
   * @throws Error when anything of it is left: then nothing else may run here.
   */
  async clear(): Promise<void> {
    await this.#keeper.run(`DETACH DATABASE IF EXISTS ${STATEMENT_CATALOG}`);
    const left = await this.#keeper.runAndReadAll("SELECT count(*) FROM duckdb_databases() WHERE NOT internal");
    if (Number(left.getRows()[0]?.[0]) !== 1) throw new Error("a statement left a database behind");
    await this.prepare();
  }

  close(): void {
    // The instance closes with its last connection.
    this.#next?.then(
      (connection) => connection.closeSync(),
      () => {},
    );
    this.#keeper.closeSync();
    this.#instance.closeSync();
  }
}
