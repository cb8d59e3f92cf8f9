import { chmodSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { MACRO_SCHEMA } from "#sql/verify/functions.ts";

/** The macro file's catalog: the engine calls a database by its file's name. */
export const MACRO_CATALOG = "lakeward_macros";

/** Our macros in a file of their own, made once per process and opened read-only ever after: making 200 macros anew takes 140 ms. */
export async function writeMacroFile(prelude: readonly string[], temp_dir: string): Promise<string> {
  const path = join(temp_dir, `${MACRO_CATALOG}.duckdb`);
  const instance = await DuckDBInstance.create(path, { autoinstall_known_extensions: "false" });
  const connection = await instance.connect();
  for (const statement of prelude) await connection.run(statement);
  // Without macros the search path still needs their schema.
  await connection.run(`CREATE SCHEMA IF NOT EXISTS ${MACRO_SCHEMA}`);
  connection.closeSync();
  instance.closeSync();
  chmodSync(path, 0o400);
  return path;
}

/**
 * Makes a connection find relations in `catalog` and our macros by `lakeward_fn.name(...)`: a qualified name is looked up in the
 * catalogs of the search path that have its schema. The engine's own functions come before ours, so that no macro takes the place of
 * an unqualified one.
 */
export function searchPathSql(catalog: string): string {
  return `SET search_path = '${catalog}.main,system.main,${MACRO_CATALOG}.${MACRO_SCHEMA}'`;
}
