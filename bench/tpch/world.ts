import { strict as assert } from "node:assert";
import { join } from "node:path";
import { ADMIN, ANALYST, type SqlStack, sqlStack } from "../sql-stack.ts";
import { ByHand } from "./by-hand.ts";
import { type TpchData, tpchData } from "./data.ts";
import { policyStatements } from "./policies.ts";

const databricksTypes: Readonly<Record<string, string>> = { VARCHAR: "STRING", INTEGER: "INT" };

/** TPC-H in the product, under its policies, and the same files in the engine alone. */
export interface TpchWorld extends AsyncDisposable {
  readonly stack: SqlStack;
  readonly hand: ByHand;
  readonly data: TpchData;
}

/** Loaded, and its answers compared with those of TPC-H before any policy is set. @throws AssertionError when one differs. */
export async function tpchWorld(progress: (text: string) => void): Promise<TpchWorld> {
  const data = await tpchData(progress);
  const parts = new AsyncDisposableStack();
  const stack = parts.use(await sqlStack());
  await load(stack, data, progress);
  await answersAreRight(stack, data, progress);
  for (const statement of policyStatements) await stack.run(ADMIN, statement);
  await stack.run(ADMIN, "GRANT USE CATALOG ON CATALOG tpch TO `account users`");
  await stack.run(ADMIN, "GRANT USE SCHEMA, SELECT ON SCHEMA tpch.sf1 TO `account users`");
  const hand = parts.use(await ByHand.open(data));
  for (const { text } of data.queries) {
    await stack.run(ANALYST, qualified(text, data));
    await hand.attach(stack.lastSteps());
  }
  return { stack, hand, data, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

async function load(stack: SqlStack, { tables, folder }: TpchData, progress: (text: string) => void): Promise<void> {
  progress("loading TPC-H");
  await stack.run(ADMIN, "CREATE CATALOG tpch");
  await stack.run(ADMIN, "CREATE SCHEMA tpch.sf1");
  for (const [table, columns] of Object.entries(tables)) {
    const declared = columns.map(({ name, type }) => `${name} ${databricksTypes[type] ?? type}`);
    await stack.run(ADMIN, `CREATE TABLE tpch.sf1.${table} (${declared.join(", ")})`);
    await stack.load(`tpch.sf1.${table}`, {
      path: join(folder, `${table}.parquet`),
      format: "parquet",
      from: Object.fromEntries(columns.map(({ name }) => [name, name])),
    });
  }
}

async function answersAreRight(stack: SqlStack, data: TpchData, progress: (text: string) => void): Promise<void> {
  progress("comparing 22 answers with those of TPC-H");
  for (const { number, text, answer } of data.queries) {
    const rows = await stack.run(ADMIN, qualified(text, data));
    const [, ...expected] = answer.trimEnd().split("\n");
    assert.equal(rows.length, expected.length, `query ${number}`);
    for (const [i, line] of expected.entries())
      for (const [j, value] of line.split("|").entries())
        assert.ok(isSame(rows[i]![j] ?? "", value), `query ${number}, row ${i + 1}: ${rows[i]![j]} is not ${value}`);
  }
}

/** Averages and quotients have another number of digits here than in the engine that made the answers. */
const RELATIVE_ERROR_MAX = 1e-6;

function isSame(ours: string, theirs: string): boolean {
  if (ours === theirs) return true;
  const [a, b] = [Number(ours), Number(theirs)];
  return Math.abs(a - b) <= RELATIVE_ERROR_MAX * Math.max(1, Math.abs(b));
}

/** A query as the engine alone takes it. */
export const plain = (text: string): string => text.trimEnd().replace(/;$/, "");

/** The query with its tables' full names, wherever one stands in FROM. */
export function qualified(text: string, { tables }: TpchData): string {
  const names = Object.keys(tables).join("|");
  const inFrom = new RegExp(`(\\bFROM\\s+|,\\s+|\\bJOIN\\s+)(${names})\\b(?=[\\s,)]|$)`, "gi");
  return plain(text).replace(inFrom, "$1tpch.sf1.$2");
}
