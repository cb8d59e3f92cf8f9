import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { faultOfEngine } from "../../../../src/sql/engines/duckdb/errors.ts";
import { MACRO_CATALOG, searchPathSql, writeMacroFile } from "../../../../src/sql/engines/duckdb/macro-file.ts";
import { literal, physical, quoted } from "../../../../src/sql/engines/duckdb/names.ts";
import { sendRows } from "../../../../src/sql/engines/duckdb/rows.ts";
import { attachSql, materialiseSql, writeSql } from "../../../../src/sql/engines/duckdb/step-sql.ts";
import type {
  Engine,
  EngineColumn,
  EngineRequest,
  EngineResult,
  EngineStep,
  EngineValue,
  RelationDuty,
} from "../../../../src/sql/engines/engine.ts";
import { ENGINE_MEMORY_MB, ENGINE_THREADS } from "../../../../src/sql/engines/limits.ts";
import { macroStatements } from "../../../../src/sql/functions/mod.ts";
import { WallBreach } from "../../../../src/sql/verify/breach.ts";
import { MACRO_SCHEMA } from "../../../../src/sql/verify/functions.ts";
import { refuseUnlessWalled } from "../../../../src/sql/verify/wall.ts";

/**
 * Where the rows lie that governed text is run on: the Parquet files that the product writes, tables in memory, or tables of a file
 * with dictionaries, checkpointed and opened anew.
 */
export const storages = ["parquet", "memory", "file"] as const;
export type Storage = (typeof storages)[number];

/**
 * How governed rows are kept from the text around them. `governed`: as planned. The others show that the matrix would notice:
 * `plain` has the filter in a subquery of the same statement and nothing else, `barrier` has an OFFSET 0 behind it.
 */
export type Form = "governed" | "plain" | "barrier";

/** The engine's steps of a statement on one storage, in this process: the texts are the planner's, letter by letter. */
export class StoredEngine implements Engine {
  form: Form = "governed";
  /** Whether the second wall looks at the texts of `governed`, which takes longer than small queries do. */
  walled = true;
  /** Rewritings of plans that the engine leaves out, by its own names for them. */
  without: readonly string[] = [];
  readonly connection: DuckDBConnection;
  readonly #instance: DuckDBInstance;
  readonly #storage: Storage;
  readonly #stored = new Map<string, string>();

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, storage: Storage) {
    this.#instance = instance;
    this.connection = connection;
    this.#storage = storage;
  }

  static async open(storage: Storage, data_dir: string, threads = ENGINE_THREADS): Promise<StoredEngine> {
    const instance = await DuckDBInstance.create(":memory:", {
      threads: String(threads),
      memory_limit: `${ENGINE_MEMORY_MB}MB`,
      preserve_insertion_order: "false",
    });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    await connection.run("SET scalar_subquery_error_on_multiple_rows = true");
    const prelude = [`CREATE SCHEMA IF NOT EXISTS ${MACRO_SCHEMA}`, ...macroStatements];
    const macro_file = await writeMacroFile(prelude, data_dir);
    await connection.run(`ATTACH ${literal(macro_file)} AS ${MACRO_CATALOG} (READ_ONLY)`);
    await connection.run(searchPathSql("memory"));
    if (storage === "memory") await connection.run("ATTACH ':memory:' AS stored");
    if (storage === "file") await connection.run(`ATTACH ${literal(join(data_dir, "stored.duckdb"))} AS stored`);
    return new StoredEngine(instance, connection, storage);
  }

  async run({ steps, statistics_propagation }: EngineRequest): Promise<EngineResult> {
    try {
      return await this.#run(steps, statistics_propagation ?? true);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw faultOfEngine({ origin: error instanceof WallBreach ? "wall" : "engine", text });
    }
  }

  async close(): Promise<void> {
    this.connection.closeSync();
    this.#instance.closeSync();
  }

  /** How a column of a stored table is compressed, of each of its segments that hold values. */
  async compressionOf(files: readonly string[], field: string): Promise<readonly string[]> {
    const table = await this.#store(files);
    const found = await this.connection.runAndReadAll(
      `SELECT DISTINCT compression FROM pragma_storage_info('${table}') WHERE column_name = '${field}' AND segment_type = 'VARCHAR'`,
    );
    return found.getRows().map((row) => String(row[0]));
  }

  async #run(steps: readonly EngineStep[], statistics: boolean): Promise<EngineResult> {
    const relations = new Map<string, RelationDuty>();
    const columns: EngineColumn[] = [];
    const rows: (readonly EngineValue[])[] = [];
    const written: { readonly file: string; readonly rows: number }[] = [];
    let truncated = false;
    // All that comes before the rows goes in one text: a round trip costs more than a step. The walls look at texts alone.
    const before = [
      "DROP SCHEMA IF EXISTS rel CASCADE",
      "CREATE SCHEMA rel",
      `SET disabled_optimizers = '${[...(statistics ? [] : ["statistics_propagation"]), ...this.without].join(",")}'`,
    ];
    const wall = (sql: string, shape: "statement" | "rows_of_one_relation"): Promise<void> =>
      this.form === "governed" && this.walled
        ? refuseUnlessWalled(this.connection, sql, { relations, shape })
        : Promise.resolve();
    for (const step of steps) {
      if (step.kind === "attach_table") before.push(await this.#attaching(step));
      else if (step.kind === "materialise") {
        await wall(step.sql, "rows_of_one_relation");
        before.push(this.#setApart(step));
      } else if (step.kind === "query") {
        await wall(step.sql, "statement");
        await this.connection.run(before.splice(0).join(";\n"));
        const sql = this.#text(step.sql);
        const last = await sendRows(this.connection, { ...step, sql }, async (given) => void rows.push(...given));
        columns.push(...last.columns);
        rows.push(...last.rows);
        truncated = last.truncated;
      } else if (step.kind === "write_parquet") {
        await wall(step.sql, "statement");
        if (before.length > 0) await this.connection.run(before.splice(0).join(";\n"));
        const result = await this.connection.runAndReadAll(writeSql({ ...step, sql: this.#text(step.sql) }));
        written.push({ file: step.file, rows: Number(result.getRows()[0]?.[0] ?? 0) });
      } else throw new TypeError(`no step of this kind here: ${step.kind}`);
      if ("schema" in step) relations.set(`${step.schema}.${step.table}`, step.duty ?? {});
    }
    return { columns, rows, truncated, written };
  }

  #setApart(step: Extract<EngineStep, { kind: "materialise" }>): string {
    const sql = this.#text(step.sql);
    if (this.form === "governed") return materialiseSql({ ...step, sql });
    const barrier = this.form === "barrier" ? " OFFSET 0" : "";
    return `CREATE VIEW ${physical(step.schema)}.${physical(step.table)} AS ${sql}${barrier}`;
  }

  #text(sql: string): string {
    return this.form === "plain" ? sql.replaceAll(" OFFSET CAST(0 AS BIGINT)", "") : sql;
  }

  async #attaching(step: Extract<EngineStep, { kind: "attach_table" }>): Promise<string> {
    if (this.#storage === "parquet" || step.files.length === 0) return attachSql(step);
    const stored = await this.#store(step.files);
    const columns = step.columns.map(
      (column) => `CAST(${physical(column.field)} AS ${column.type}) AS ${quoted(column.name)}`,
    );
    const target = `${physical(step.schema)}.${physical(step.table)}`;
    return `CREATE VIEW ${target} AS SELECT ${columns.join(", ")} FROM ${stored}`;
  }

  /** The table that holds the rows of a version's files, made when it is first wanted. */
  async #store(files: readonly string[]): Promise<string> {
    const key = files.join("\n");
    const known = this.#stored.get(key);
    if (known) return known;
    const table = `stored.main.t${this.#stored.size + 1}`;
    this.#stored.set(key, table);
    // What takes the fewest bytes is not what is looked for here.
    await this.connection.run("SET force_compression = 'dictionary'");
    await this.connection.run(
      `CREATE TABLE ${table} AS SELECT * FROM read_parquet([${files.map(literal).join(", ")}])`,
    );
    if (this.#storage === "file") await this.connection.run("CHECKPOINT stored");
    return table;
  }
}
