/**
 * The port to a SQL engine. Whoever implements it runs trusted texts, keeps no state of ours and may be killed at any moment;
 * `src/sql/engines/duckdb` is the embedded one.
 */
import type { OutsideRoutine } from "../ast/expression.ts";

/** A column of a managed table, as its Parquet files hold it and as the statement names it. */
export interface StoredColumn {
  /** Its name in the statement. */
  readonly name: string;
  /** Its name in the files: `c0`, `c1`, ...; see src/sql/tables/field.ts. */
  readonly field: string;
  /** The engine's spelling of its type. */
  readonly type: string;
}

/** What must be true of the one subquery that may name a relation; the second wall holds the text against it. */
export interface RelationDuty {
  /** A row filter applies to this reference's relation: each subquery on it has a WHERE. */
  readonly filtered?: boolean;
  /** Columns under a mask: none of them is ever selected as it is. */
  readonly masked?: readonly string[];
}

/** How an operator's file is read: CSV has a header, and an empty field is NULL. */
export type FileFormat = "csv" | "parquet";

/** The schema of all relations of a statement; it is there when the statement begins. */
export const SCHEMA = "rel";

/** No more rows than `FEW_ROWS`, or likely so. It chooses how a result is fetched, and never what is fetched. */
export type ExpectedRows = "few" | "likely_few";

/**
 * One thing the engine does. Schema and table names are physical, made for this statement alone, and never shown to anyone.
 * All steps that attach come before the engine is locked, wherever they stand. A relation that a step made may be named
 * by the steps after it, and only inside a subquery that has nothing else in its FROM.
 */
export type EngineStep =
  | {
      /** A view on the files of one version of a managed table; no files: a relation without rows. */
      readonly kind: "attach_table";
      readonly schema: string;
      readonly table: string;
      readonly columns: readonly StoredColumn[];
      /** Absolute paths. */
      readonly files: readonly string[];
      readonly duty?: RelationDuty;
    }
  | {
      /** A view on a file of the operator's, to be loaded into a table. `field` is the column's name in the file. */
      readonly kind: "attach_file";
      readonly schema: string;
      readonly table: string;
      readonly columns: readonly StoredColumn[];
      /** Absolute path. */
      readonly file: string;
      readonly format: FileFormat;
    }
  | {
      /** A relation of given rows, as a Scan yields them: JSON values, or null. */
      readonly kind: "load_rows";
      readonly schema: string;
      readonly table: string;
      readonly columns: readonly { readonly name: string; readonly type: string }[];
      readonly rows: readonly (readonly unknown[])[];
      readonly duty?: RelationDuty;
    }
  | {
      /** Form 3: the visible rows of a governed reference, in memory, made by a statement of their own. */
      readonly kind: "materialise";
      readonly schema: string;
      readonly table: string;
      readonly sql: string;
      readonly duty?: RelationDuty;
    }
  | {
      /**
       * Rows that are answered outside of the engine: a relation of the distinct rows of `sql`, whose columns are `arguments`, with the column
       * `result` beside them.
       */
      readonly kind: "call";
      readonly schema: string;
      readonly table: string;
      readonly sql: string;
      readonly arguments: readonly string[];
      /** The engine's spelling of the result's type. */
      readonly result: string;
      readonly routine: OutsideRoutine;
      /** Rows that are asked for at once. */
      readonly batch_rows: number;
      readonly duty?: RelationDuty;
    }
  | {
      /** The statement's result. At most one step of this kind. */
      readonly kind: "query";
      readonly sql: string;
      readonly rows_max: number;
      readonly bytes_max: number;
      readonly expected?: ExpectedRows | undefined;
    }
  | {
      /** Writes a query's rows as one Parquet file; its columns, by position, get the given fields and types. */
      readonly kind: "write_parquet";
      readonly sql: string;
      readonly columns: readonly { readonly field: string; readonly type: string }[];
      /** From `TableStore.stage`. */
      readonly file: string;
    };

export interface EngineLimits {
  /** From the moment the statement reaches an engine process; time in the queue does not count. */
  readonly time_ms: number;
}

export interface EngineRequest {
  readonly statement_id: string;
  readonly steps: readonly EngineStep[];
  readonly limits: EngineLimits;
  readonly signal: AbortSignal;
  /** On whose behalf, for a fair queue: any stable text per subject. */
  readonly submitter: string;
  /** Answers the rows of `call` steps, one result for each, as text or null. What it throws ends the statement. */
  readonly call?: (
    routine: OutsideRoutine,
    rows: readonly (readonly EngineValue[])[],
  ) => Promise<readonly EngineValue[]>;
  /** Form 2 needs the optimizer to keep no statistics of hidden rows. */
  readonly statistics_propagation?: boolean;
}

/** A result column; `type` in the engine's spelling. */
export interface EngineColumn {
  readonly name: string;
  readonly type: string;
}

/** A value as JSON_ARRAY of the Statement Execution API carries it. */
export type EngineValue = string | null;

export interface EngineResult {
  /** Of the `query` step; empty without one. */
  readonly columns: readonly EngineColumn[];
  readonly rows: readonly (readonly EngineValue[])[];
  /** A limit of the `query` step cut the rows off. */
  readonly truncated: boolean;
  /** One entry for each `write_parquet` step, in order. */
  readonly written: readonly { readonly file: string; readonly rows: number }[];
}

export interface Engine {
  /**
   * Runs the steps in order in a locked engine, which finds nothing of any other statement.
   * @throws Fault CANCELLED (signal), DEADLINE_EXCEEDED (time limit), RESOURCE_EXHAUSTED (memory, disk), BAD_REQUEST (the
   * statement's own errors, never with a data value in the message), INTERNAL_ERROR (the second wall, a crash),
   * TEMPORARILY_UNAVAILABLE (queue full, engine closed, no process starts).
   */
  run(request: EngineRequest): Promise<EngineResult>;
  /** Ends all engine processes; what runs fails with TEMPORARILY_UNAVAILABLE. */
  close(): Promise<void>;
}
