import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { isAggregate, isBuiltIn } from "../../../../src/sql/functions/mod.ts";
import { READER } from "../../../sql/setting.ts";
import { callsOfAll } from "./calls.ts";
import { LakeWorld, type Seen } from "./lake-world.ts";
import { setUp } from "./matrix-policies.ts";
import { storages } from "./stored-engine.ts";

const POLICIES = ["exists", "regular", "masked"] as const;

/** Forms of functions for which chance finds no arguments. */
const UNCALLED_SHARE_MAX = 0.12;

const isOfRows = (call: string): boolean => isAggregate(/^\w+/.exec(call)?.[0] ?? "") && !call.includes(" OVER ");

/** What a hidden value asks for so much of that this process would not outlive it: never run on one, not even with enforcement off. */
const GROWS = /^(repeat|space|[lr]pad|sequence|array_repeat|array_insert|format_number)\b/;

type Shape = (call: string, table: string) => string;

const shapes: readonly Shape[] = [
  (call, table) =>
    isOfRows(call)
      ? `SELECT count(x) FROM (SELECT ${call} AS x FROM ${table} AS own GROUP BY region) AS q`
      : `SELECT count(x) FROM (SELECT ${call} AS x FROM ${table} AS own) AS q`,
  (call, table) =>
    isOfRows(call)
      ? `SELECT count(*) FROM ${table} AS own HAVING ${call} IS NOT NULL`
      : call.includes(" OVER ")
        ? `SELECT count(*) FROM (SELECT id FROM ${table} AS own QUALIFY ${call} IS NOT NULL) AS q`
        : `SELECT count(*) FROM t JOIN ${table} AS own ON t.id <= own.id AND coalesce(CAST(${call} IS NULL AS INT), 0) + t.id > 0`,
];

const said = ({ rows, error }: Seen): string => error ?? JSON.stringify(rows);

/**
 * Calls each function of the language on hidden values, and names each one that the engine has besides: the first give what they
 * give without hidden rows, the second never reach the engine. Every `nth` call alone.
 */
export async function sweep(context: TestContext, nth: number): Promise<void> {
  await using world = await LakeWorld.open(storages);
  await setUp(world, POLICIES);
  const all = callsOfAll();
  const uncalled = [...all].filter(([, calls]) => calls.length === 0).map(([name]) => name);
  assert.ok(uncalled.length < all.size * UNCALLED_SHARE_MAX, uncalled.join(", "));
  const forms = [...all.values()].filter((calls, i) => calls.length > 0 && i % nth === 0);
  const leaks: string[] = [];
  let played = 0;
  let bare = 0;
  let failing = 0;
  for (const [i, calls] of forms.entries()) {
    const policy = POLICIES[i % POLICIES.length]!;
    const expected = async (call: string, shape: Shape): Promise<string> =>
      said(await world.run(READER, shape(call, `plain_${policy}`), "memory"));
    const call = await firstThatSucceeds(calls, (one) => expected(one, shapes[0]!));
    for (const shape of shapes) {
      const wanted = await expected(call, shape);
      const text = shape(call, `of_${policy}`);
      played += 1;
      if (!wanted.startsWith("[")) failing += 1;
      for (const storage of storages) {
        const seen = said(await world.run(READER, text, storage));
        if (seen !== wanted) leaks.push(`${storage}: ${text}: ${seen}, not ${wanted}`);
      }
      if (GROWS.test(call)) continue;
      world.enforced = false;
      if (said(await world.run(READER, text)) !== wanted) bare += 1;
      world.enforced = true;
    }
  }
  const refused = await refuseForeign(world);
  context.diagnostic(
    `${forms.length} of ${all.size} forms of functions, ${played} statements on ${storages.length} storages: ${leaks.length} tell ` +
      `of hidden rows, ${bare} do with enforcement off, ${failing} fail on visible ones; ${refused} functions of the engine's own are refused`,
  );
  assert.deepEqual(leaks, []);
  assert.ok(bare > played / 2);
}

/** Of some calls the first that fails on no visible row, since only that shows what it does on others; else the first. */
async function firstThatSucceeds(calls: readonly string[], run: (call: string) => Promise<string>): Promise<string> {
  for (const call of calls) if ((await run(call)).startsWith("[")) return call;
  return calls[0]!;
}

/** Every name that the engine calls a function and we do not; none of them gets there. */
async function refuseForeign(world: LakeWorld): Promise<number> {
  const found = await world.engines
    .get("memory")!
    .connection.runAndReadAll(
      "SELECT DISTINCT function_name FROM duckdb_functions() WHERE schema_name <> 'lakeward_fn' ORDER BY 1",
    );
  const names = found.getRows().map((row) => String(row[0]));
  const foreign = names.filter((name) => /^\w+$/.test(name) && !isBuiltIn(name.toLowerCase()));
  for (const name of foreign)
    for (const text of [`SELECT ${name}(code) FROM of_exists`, `SELECT * FROM ${name}('of_exists')`]) {
      world.last = [];
      const { error } = await world.run(READER, text);
      assert.ok(error !== undefined && world.last.length === 0, text);
    }
  return foreign.length;
}
