import { strict as assert } from "node:assert";
import { join } from "node:path";
import { compare, type Figure, timed } from "../figure.ts";
import { ADMIN, ANALYST, type SqlStack, sqlStack } from "../sql-stack.ts";
import { ByHand } from "./by-hand.ts";
import { type TpchData, tpchData } from "./data.ts";
import { policyStatements } from "./policies.ts";

const COUNTS = { warm_up: 1, rounds: 7 } as const;
const LOOK_UPS = { warm_up: 5, rounds: 40 } as const;

const databricksTypes: Readonly<Record<string, string>> = { VARCHAR: "STRING", INTEGER: "INT" };

/** The 22 queries of TPC-H at scale factor 1, governed, each against the same query with filter and masks written in by hand. */
export async function tpch(progress: (text: string) => void): Promise<readonly Figure[]> {
  const data = await tpchData(progress);
  await using stack = await sqlStack();
  await load(stack, data, progress);
  await answersAreRight(stack, data, progress);
  for (const statement of policyStatements) await stack.run(ADMIN, statement);
  await stack.run(ADMIN, "GRANT USE CATALOG ON CATALOG tpch TO `account users`");
  await stack.run(ADMIN, "GRANT USE SCHEMA, SELECT ON SCHEMA tpch.sf1 TO `account users`");
  await using hand = await ByHand.open(data);
  const queries = data.queries.map(({ text }) => ({ governed: qualified(text, data), by_hand: plain(text) }));
  for (const { governed } of queries) {
    await stack.run(ANALYST, governed);
    await hand.attach(stack.lastSteps());
  }
  for (const { governed, by_hand } of queries)
    assert.equal((await stack.run(ANALYST, governed)).length, (await hand.run(by_hand)).length, governed);
  const baseline_name = "the same queries with filters and masks by hand, in one open engine";
  progress(`22 queries: ${COUNTS.rounds} rounds`);
  const total = await compare(
    {
      name: "TPC-H, scale factor 1, 22 queries under two row filters and three masks, total",
      baseline_name,
      unit: "ms",
      note: "Each governed statement is decided and recorded anew, and run in a catalog of its own in an engine that stays open.",
    },
    {
      ours: timed(async () => {
        for (const { governed } of queries) await stack.run(ANALYST, governed);
      }),
      baseline: timed(async () => {
        for (const { by_hand } of queries) await hand.run(by_hand);
      }),
    },
    COUNTS,
  );
  const look_up = "SELECT l_linenumber, l_quantity, l_comment FROM lineitem WHERE l_orderkey = 3000000";
  progress(`a point look-up: ${LOOK_UPS.rounds} rounds`);
  const point = await compare(
    { name: "a point look-up in lineitem with a masked column", baseline_name, unit: "ms" },
    {
      ours: timed(() => stack.run(ANALYST, qualified(look_up, data))),
      baseline: timed(() => hand.run(look_up)),
    },
    LOOK_UPS,
  );
  return [total, point];
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

/** Every query without policies, against the answers that come with TPC-H. @throws AssertionError when one differs. */
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

const plain = (text: string): string => text.trimEnd().replace(/;$/, "");

/** The query with its tables' full names, wherever one stands in FROM. */
function qualified(text: string, { tables }: TpchData): string {
  const names = Object.keys(tables).join("|");
  const inFrom = new RegExp(`(\\bFROM\\s+|,\\s+|\\bJOIN\\s+)(${names})\\b(?=[\\s,)]|$)`, "gi");
  return plain(text).replace(inFrom, "$1tpch.sf1.$2");
}
