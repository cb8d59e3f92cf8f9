import { type DuckDBConnection, listValue } from "@duckdb/node-api";
import type { JudgedTexts } from "#sql/verify/judged-texts.ts";
import type { EngineStep, RelationDuty } from "../engine.ts";
import { type Caller, runCall } from "./call-step.ts";
import { beginSql, loadSql, materialiseSql, tableSql, writeSql } from "./step-sql.ts";

/** Receives what the steps yield. */
export interface StepEvents {
  query(connection: DuckDBConnection, step: Extract<EngineStep, { kind: "query" }>): Promise<void>;
  /** `step` is the calling step's place among the steps. */
  call(step: number, rows: Parameters<Caller>[0]): ReturnType<Caller>;
  /** `step` is the writing step's place among the steps. */
  written(step: number, rows: number): void;
}

/** Rows of a Scan copied in by one INSERT. */
const LOAD_BATCH_ROWS = 2000;

/** One statement on a connection of its own, in an engine that is locked already. */
export class Session {
  readonly #connection: DuckDBConnection;
  readonly #judged: JudgedTexts;
  readonly #relations = new Map<string, RelationDuty>();

  constructor(connection: DuckDBConnection, judged: JudgedTexts) {
    this.#connection = connection;
    this.#judged = judged;
  }

  /** Runs the steps in order, after all that brings files within reach. */
  async run(steps: readonly EngineStep[], events: StepEvents): Promise<void> {
    const begin = beginSql(steps);
    if (begin !== "") await this.#connection.run(begin);
    for (const step of steps) if (step.kind === "attach_table" || step.kind === "attach_file") this.#name(step);
    for (const [place, step] of steps.entries()) await this.#step(place, step, events);
  }

  interrupt(): void {
    this.#connection.interrupt();
  }

  close(): void {
    this.#connection.closeSync();
  }

  async #step(place: number, step: EngineStep, events: StepEvents): Promise<void> {
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
      case "call":
        await this.#wall(step.sql, "statement");
        await runCall(this.#connection, step, (rows) => events.call(place, rows));
        this.#name(step);
        return;
      case "query":
        await this.#wall(step.sql, "statement");
        await events.query(this.#connection, step);
        return;
      case "write_parquet": {
        await this.#wall(step.sql, "statement");
        const result = await this.#connection.runAndReadAll(writeSql(step));
        events.written(place, Number(result.getRows()[0]?.[0] ?? 0));
        return;
      }
    }
  }

  #wall(sql: string, shape: "statement" | "rows_of_one_relation"): Promise<void> {
    return this.#judged.refuseUnlessWalled(this.#connection, sql, { relations: this.#relations, shape });
  }

  #name(step: { readonly schema: string; readonly table: string; readonly duty?: RelationDuty }): void {
    this.#relations.set(`${step.schema}.${step.table}`, step.duty ?? {});
  }
}
