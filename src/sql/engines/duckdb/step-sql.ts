import { type EngineStep, type FileFormat, SCHEMA } from "../engine.ts";
import { searchPathSql } from "./macro-file.ts";
import { literal, physical, quoted } from "./names.ts";

type Step<K extends EngineStep["kind"]> = Extract<EngineStep, { kind: K }>;

/** The catalog of all that a statement makes: in memory, and gone with the statement. */
export const STATEMENT_CATALOG = "statement";

/** A statement's catalog, where its names are looked up. */
export const STATEMENT_CATALOG_SQL = [
  `ATTACH ':memory:' AS ${STATEMENT_CATALOG} (READ_WRITE)`,
  `CREATE SCHEMA ${STATEMENT_CATALOG}.${SCHEMA}`,
  searchPathSql(STATEMENT_CATALOG),
].join(";\n");

/** Further schemas of a statement, and the views on its files: all in one text, since a round trip costs more than a view. */
export function beginSql(steps: readonly EngineStep[]): string {
  const schemas = new Set(steps.flatMap((step) => ("schema" in step && step.schema !== SCHEMA ? [step.schema] : [])));
  return [
    ...[...schemas].map((name) => `CREATE SCHEMA ${STATEMENT_CATALOG}.${physical(name)}`),
    ...steps.flatMap((step) => {
      if (step.kind === "attach_table") return [attachSql(step)];
      return step.kind === "attach_file" ? [attachFileSql(step)] : [];
    }),
  ].join(";\n");
}

/** The view on a table version's files. It names each column by its field and casts, so that no file decides a type. */
export function attachSql(step: Step<"attach_table">): string {
  const target = `${physical(step.schema)}.${physical(step.table)}`;
  if (step.files.length === 0) {
    const empty = step.columns.map((column) => `CAST(NULL AS ${column.type}) AS ${quoted(column.name)}`);
    return `CREATE VIEW ${target} AS SELECT ${empty.join(", ")} WHERE false`;
  }
  const columns = step.columns.map(
    (column) => `CAST(${physical(column.field)} AS ${column.type}) AS ${quoted(column.name)}`,
  );
  const files = step.files.map(literal).join(", ");
  return `CREATE VIEW ${target} AS SELECT ${columns.join(", ")} FROM read_parquet([${files}])`;
}

/** How each format is read; CSV as text throughout, so that the table's types decide and no guess about the first rows. */
const readers: Readonly<Record<FileFormat, (file: string) => string>> = {
  csv: (file) => `read_csv(${file}, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"')`,
  parquet: (file) => `read_parquet(${file})`,
};

/** The view on an operator's file. */
function attachFileSql(step: Step<"attach_file">): string {
  const columns = step.columns.map(
    (column) => `CAST(${quoted(column.field)} AS ${column.type}) AS ${quoted(column.name)}`,
  );
  const target = `${physical(step.schema)}.${physical(step.table)}`;
  return `CREATE VIEW ${target} AS SELECT ${columns.join(", ")} FROM ${readers[step.format](literal(step.file))}`;
}

/** An empty table with the columns of a Scan. */
export function tableSql(step: Step<"load_rows">): string {
  const columns = step.columns.map((column) => `${quoted(column.name)} ${column.type}`);
  return `CREATE TABLE ${physical(step.schema)}.${physical(step.table)} (${columns.join(", ")})`;
}

/**
 * Copies rows in by way of JSON: each row is one JSON array, bound as a parameter, so that no value is ever part of a text.
 * `$1` is a list of rows' texts.
 */
export function loadSql(step: Step<"load_rows">): string {
  const columns = step.columns.map((column, position) => valueSql(position, column.type));
  return `INSERT INTO ${physical(step.schema)}.${physical(step.table)} SELECT ${columns.join(", ")} FROM (SELECT unnest($1::VARCHAR[])::JSON AS row)`;
}

const NESTED = /^STRUCT|^MAP|\[\]$/i;

function valueSql(position: number, type: string): string {
  const path = `'$[${position}]'`;
  if (NESTED.test(type)) return `CAST(nullif(json_extract(row, ${path}), 'null'::JSON) AS ${type})`;
  return `CAST(json_extract_string(row, ${path}) AS ${type})`;
}

/** Form 3: the visible rows, in memory. */
export function materialiseSql(step: Step<"materialise">): string {
  return `CREATE TABLE ${physical(step.schema)}.${physical(step.table)} AS ${step.sql}`;
}

/** Writes a query's rows to one file, its columns renamed and cast by position. */
export function writeSql(step: Step<"write_parquet">): string {
  const names = step.columns.map((column) => physical(column.field));
  const casts = step.columns.map(
    (column) => `CAST(${physical(column.field)} AS ${column.type}) AS ${physical(column.field)}`,
  );
  const rows = `SELECT ${casts.join(", ")} FROM (${step.sql}\n) AS rows(${names.join(", ")})`;
  // Into the very file: a temporary one beside it is out of reach.
  return `COPY (${rows}) TO ${literal(step.file)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`;
}
