import { type DuckDBConnection, DuckDBInstance, listValue } from "@duckdb/node-api";
import { refuseUnlessWalled } from "#sql/verify/wall.ts";
import type { EngineStep, RelationDuty } from "../engine.ts";
import { ENGINE_EXPRESSION_DEPTH_MAX } from "../limits.ts";
import { attachMacros } from "./macro-file.ts";
import { literal, physical } from "./names.ts";
import type { ChildSettings } from "./protocol.ts";
import { attachFileSql, attachSql, loadSql, materialiseSql, tableSql, writeSql } from "./step-sql.ts";

/** Receives what the steps yield. */
export interface StepEvents {
  query(connection: DuckDBConnection, step: Extract<EngineStep, { kind: "query" }>): Promise<void>;
  written(file: string, rows: number): void;
}

/** Steps that open files, and so come before the lock. */
type Attaching = Extract<EngineStep, { kind: "attach_table" | "attach_file" }>;

const isAttaching = (step: EngineStep): step is Attaching =>
  step.kind === "attach_table" || step.kind === "attach_file";

/** Rows of a Scan copied in by one INSERT. */
const LOAD_BATCH_ROWS = 2000;

/** A fresh in-memory DuckDB for one statement: opened and given our macros ahead of time, locked when its files are known. */
export class Session {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #relations = new Map<string, RelationDuty>();

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async open(settings: ChildSettings, macro_file: string): Promise<Session> {
    const instance = await DuckDBInstance.create(":memory:", {
      threads: String(settings.threads),
      memory_limit: `${settings.memory_mb}MB`,
      max_temp_directory_size: `${settings.spill_mb}MB`,
      temp_directory: settings.temp_dir,
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      allow_community_extensions: "false",
      allow_persistent_secrets: "false",
      // Row order is the ORDER BY's business; without this, a barrier costs the engine its parallelism.
      preserve_insertion_order: "false",
    });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    await connection.run(`SET max_expression_depth = ${ENGINE_EXPRESSION_DEPTH_MAX}`);
    await connection.run("SET scalar_subquery_error_on_multiple_rows = true");
    await attachMacros(connection, macro_file);
    return new Session(instance, connection);
  }

  /** Runs the steps in order: files first, then the lock, then everything that a user's text has a part in. */
  async run(steps: readonly EngineStep[], statistics_propagation: boolean, events: StepEvents): Promise<void> {
    await this.#makeSchemas(steps);
    for (const step of steps) if (isAttaching(step)) await this.#attach(step);
    await this.#lock(steps, statistics_propagation);
    for (const step of steps) await this.#step(step, events);
  }

  interrupt(): void {
    this.#connection.interrupt();
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  async #makeSchemas(steps: readonly EngineStep[]): Promise<void> {
    const names = new Set(steps.flatMap((step) => ("schema" in step ? [step.schema] : [])));
    for (const name of names) await this.#connection.run(`CREATE SCHEMA ${physical(name)}`);
  }

  async #attach(step: Attaching): Promise<void> {
    await this.#connection.run(step.kind === "attach_table" ? attachSql(step) : attachFileSql(step));
    this.#name(step);
  }

  /** From here on the engine opens the listed files and nothing else, and no setting changes any more. */
  async #lock(steps: readonly EngineStep[], statistics_propagation: boolean): Promise<void> {
    const files = steps.flatMap((step) => {
      if (step.kind === "attach_table") return step.files;
      return step.kind === "write_parquet" || step.kind === "attach_file" ? [step.file] : [];
    });
    await this.#connection.run(`SET allowed_paths = [${files.map(literal).join(", ")}]`);
    if (!statistics_propagation) await this.#connection.run("SET disabled_optimizers = 'statistics_propagation'");
    await this.#connection.run("SET enable_external_access = false");
    await this.#connection.run("SET lock_configuration = true");
  }

  async #step(step: EngineStep, events: StepEvents): Promise<void> {
    switch (step.kind) {
      case "attach_table":
      case "attach_file":
        return;
      case "load_rows":
        await this.#connection.run(tableSql(step));
        for (let at = 0; at < step.rows.length; at += LOAD_BATCH_ROWS) {
          const batch = step.rows.slice(at, at + LOAD_BATCH_ROWS).map((row) => JSON.stringify(row));
          await this.#connection.run(loadSql(step), [listValue(batch)]);
        }
        this.#name(step);
        return;
      case "materialise":
        await this.#wall(step.sql, "rows_of_one_relation");
        await this.#connection.run(materialiseSql(step));
        this.#name(step);
        return;
      case "query":
        await this.#wall(step.sql, "statement");
        await events.query(this.#connection, step);
        return;
      case "write_parquet": {
        await this.#wall(step.sql, "statement");
        const result = await this.#connection.runAndReadAll(writeSql(step));
        events.written(step.file, Number(result.getRows()[0]?.[0] ?? 0));
        return;
      }
    }
  }

  #wall(sql: string, shape: "statement" | "rows_of_one_relation"): Promise<void> {
    return refuseUnlessWalled(this.#connection, sql, { relations: this.#relations, shape });
  }

  #name(step: { readonly schema: string; readonly table: string; readonly duty?: RelationDuty }): void {
    this.#relations.set(`${step.schema}.${step.table}`, step.duty ?? {});
  }
}
