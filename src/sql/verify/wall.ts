import type { DuckDBConnection } from "@duckdb/node-api";
import { WallBreach } from "./breach.ts";
import type { Duty } from "./relation.ts";
import { listOf, treeOf } from "./tree.ts";
import { walk } from "./walk.ts";

export interface WallRules {
  /** Physical relations that the text may name, `schema.table`, and what each demands. */
  readonly relations: ReadonlyMap<string, Duty>;
  /** `rows_of_one_relation`: a statement that materialises visible rows; its outermost SELECT may read the relation. */
  readonly shape: "statement" | "rows_of_one_relation";
}

/**
 * The second wall: what the engine itself understands of a final text is one SELECT that names nothing but what it may.
 * Knows nothing of our parser, resolver and printer, so that their faults end here. The engine parses, never runs, the text.
 * Numbers of the tree are only looked past, so losing digits of them is harmless.
 * @throws WallBreach
 */
export async function refuseUnlessWalled(connection: DuckDBConnection, sql: string, rules: WallRules): Promise<void> {
  const serialized = await serialize(connection, sql);
  const tree = treeOf(serialized, "serialized");
  if (tree.error !== false) throw new WallBreach(`not one SELECT: ${String(tree.error_message)}`);
  const statements = listOf(tree.statements, "statements");
  if (statements.length !== 1) throw new WallBreach(`${statements.length} statements`);
  const named = walk(statements[0], rules.relations, rules.shape === "rows_of_one_relation");
  crossCheck(connection.getTableNames(sql, true), named);
}

async function serialize(connection: DuckDBConnection, sql: string): Promise<unknown> {
  // The function takes a literal only, so the text is quoted; a NUL would end it early in the engine.
  if (sql.includes("\0")) throw new WallBreach("a NUL in the text");
  const result = await connection.runAndReadAll(`SELECT json_serialize_sql('${sql.replaceAll("'", "''")}')`);
  const text = result.getRows()[0]?.[0];
  if (typeof text !== "string") throw new WallBreach("the engine gave no tree");
  return JSON.parse(text);
}

const PHYSICAL = /^([a-z0-9_]+\.[a-z0-9_]+)(?: AS .*)?$/s;

/** The engine's own list of tables must hold no physical name that the walk did not see; it sees through some functions. */
function crossCheck(names: readonly string[], named: ReadonlySet<string>): void {
  for (const name of names) {
    const physical = PHYSICAL.exec(name)?.[1];
    if (physical !== undefined && !named.has(physical)) throw new WallBreach("a table that the walk did not see");
  }
}
