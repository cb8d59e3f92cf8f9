import { type DuckDBConnection, listValue } from "@duckdb/node-api";
import type { EngineStep, EngineValue } from "../engine.ts";
import { physical, quoted } from "./names.ts";
import { textOf } from "./text.ts";

type CallStep = Extract<EngineStep, { kind: "call" }>;

/** Sends rows of arguments away, and gets a result for each. */
export type Caller = (rows: readonly (readonly EngineValue[])[]) => Promise<readonly EngineValue[]>;

/**
 * Runs a `call` step: the distinct rows of arguments are numbered and go out in batches; what comes back is cast to its declared type and
 * stands beside them. Arguments themselves never come back, so that they are joined with as they were.
 */
export async function runCall(connection: DuckDBConnection, step: CallStep, call: Caller): Promise<void> {
  const [target, asked, answers] = ["", "_asked", "_answers"].map(
    (suffix) => `${physical(step.schema)}.${physical(`${step.table}${suffix}`)}`,
  );
  const names = step.arguments.map(quoted);
  const items = ["CAST(row_number() OVER () AS BIGINT) AS call_number", ...names.map((name) => `a.${name}`)];
  await connection.run(`CREATE TABLE ${asked} AS SELECT ${items.join(", ")} FROM (${step.sql}\n) AS a`);
  await connection.run(`CREATE TABLE ${answers} (call_number BIGINT, result ${step.result})`);
  // Of a function without parameters the number alone is sent.
  const shown = names.length === 0 ? "call_number" : names.join(", ");
  for (let from = 0; ; from += step.batch_rows) {
    const upto = from + step.batch_rows;
    const read = await connection.runAndReadAll(
      `SELECT ${shown} FROM ${asked} WHERE call_number > ${from} AND call_number <= ${upto} ORDER BY call_number`,
    );
    const formats = read.columnTypes().map(textOf);
    const rows = read.getRows().map((row) => row.map((value, i) => (value === null ? null : formats[i]!(value))));
    if (rows.length === 0) break;
    const results = await call(names.length === 0 ? rows.map(() => []) : rows);
    const numbered = results.map((result, i) => JSON.stringify([from + i + 1, result]));
    await connection.run(insertSql(answers!, step), [listValue(numbered)]);
  }
  const made = ["n.call_number", ...names.map((name) => `n.${name}`), "r.result"].join(", ");
  await connection.run(
    `CREATE TABLE ${target} AS SELECT ${made} FROM ${asked} AS n JOIN ${answers} AS r USING (call_number)`,
  );
}

/** A type with parts, whose values come as JSON. */
const NESTED = /^STRUCT\(|^MAP\(|\[\]$/;

/** Results come by way of JSON, bound as a parameter: no value is ever part of a text. BINARY comes as hexadecimal digits. */
function insertSql(answers: string, { result }: CallStep): string {
  const text = "json_extract_string(row, '$[1]')";
  const read = NESTED.test(result) ? `CAST(${text} AS JSON)` : text;
  const value = result === "BLOB" ? `unhex(${text})` : `CAST(${read} AS ${result})`;
  const rows = "(SELECT unnest($1::VARCHAR[])::JSON AS row)";
  return `INSERT INTO ${answers} SELECT CAST(json_extract(row, '$[0]') AS BIGINT), ${value} FROM ${rows}`;
}
