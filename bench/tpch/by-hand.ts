import { DuckDBInstance } from "@duckdb/node-api";
import { attachSql } from "../../src/sql/engines/duckdb/step-sql.ts";
import type { EngineStep } from "../../src/sql/engines/engine.ts";
import { ENGINE_MEMORY_MB, ENGINE_THREADS } from "../../src/sql/engines/limits.ts";
import { fieldOf } from "../../src/sql/tables/field.ts";
import type { TpchData } from "./data.ts";
import { filtersByHand, masksByHand } from "./policies.ts";

type Attached = Extract<EngineStep, { kind: "attach_table" }>;

/**
 * The engine alone, opened once, with our engines' settings and on the same files: a query's own text, in which each table's name
 * stands for its rows with filter and masks, written as one would by hand and without any barrier.
 */
export class ByHand implements AsyncDisposable {
  readonly #connection: Awaited<ReturnType<DuckDBInstance["connect"]>>;
  readonly #instance: DuckDBInstance;
  readonly #data: TpchData;
  readonly #attached = new Set<string>();

  private constructor(
    instance: DuckDBInstance,
    connection: Awaited<ReturnType<DuckDBInstance["connect"]>>,
    data: TpchData,
  ) {
    this.#instance = instance;
    this.#connection = connection;
    this.#data = data;
  }

  static async open(data: TpchData): Promise<ByHand> {
    const instance = await DuckDBInstance.create(":memory:", {
      threads: String(ENGINE_THREADS),
      memory_limit: `${ENGINE_MEMORY_MB}MB`,
      preserve_insertion_order: "false",
      enable_external_file_cache: "false",
    });
    const connection = await instance.connect();
    await connection.run("SET GLOBAL parquet_metadata_cache = true");
    await connection.run("CREATE SCHEMA rel");
    return new ByHand(instance, connection, data);
  }

  /** Makes the files of these steps known by their tables' names. */
  async attach(steps: readonly EngineStep[]): Promise<void> {
    for (const step of steps) {
      if (step.kind !== "attach_table") continue;
      const table = this.#tableOf(step);
      if (this.#attached.has(table)) continue;
      this.#attached.add(table);
      const columns = this.#data.tables[table]!.map(({ name, type }, i) => ({ name, field: fieldOf(i), type }));
      await this.#connection.run(attachSql({ ...step, schema: "rel", table, columns }));
    }
  }

  async run(text: string): Promise<readonly (readonly unknown[])[]> {
    const seen = [...this.#attached].map((table) => `${table} AS NOT MATERIALIZED (${this.#seen(table)})`);
    const rest = /^\s*WITH\s+/i.test(text) ? `, ${text.replace(/^\s*WITH\s+/i, "")}` : ` ${text}`;
    return (await this.#connection.runAndReadAll(`WITH ${seen.join(", ")}${rest}`)).getRows();
  }

  /** Milliseconds for which the engine parses and plans a query on the tables as they are, neither filtered nor masked; it does not run. */
  async planned(text: string): Promise<number> {
    const started_ms = performance.now();
    const prepared = await this.#connection.prepare(text);
    const took_ms = performance.now() - started_ms;
    prepared.destroySync();
    return took_ms;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  #seen(table: string): string {
    const columns = this.#data.tables[table]!.map(({ name }) =>
      masksByHand[name] ? `${masksByHand[name]} AS ${name}` : name,
    );
    const filter = filtersByHand[table];
    return `SELECT ${columns.join(", ")} FROM rel.${table}${filter ? ` WHERE ${filter}` : ""}`;
  }

  #tableOf({ columns }: Attached): string {
    const found = Object.entries(this.#data.tables).find(([, own]) =>
      own.some(({ name }) => name === columns[0]?.name),
    );
    if (!found) throw new Error("A statement reads files of no table of TPC-H.");
    return found[0];
  }
}
