import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { macroStatements } from "../functions/mod.ts";
import { parseQueryText } from "../parse/mod.ts";
import { printQuery } from "../print/mod.ts";
import { resolveQuery } from "../resolve/mod.ts";
import type { Query } from "../resolve/resolved.ts";
import { spellEngineType, typeOfText } from "../types/mod.ts";
import { enforcement } from "./enforcement.ts";
import { govern, type Treatment } from "./govern.ts";
import { lookedUp } from "./looked-up.ts";

const types: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  t: { id: "INT", state: "STRING", pair: "STRUCT<a: INT, b: INT>", n: "BIGINT" },
  areas: { person: "STRING", state: "STRING", pair: "STRUCT<a: INT, b: INT>", n: "INT", active: "BOOLEAN" },
};

/** Rows with NULL on both sides, with partners, without, and with several. */
const rows: Readonly<Record<string, string>> = {
  t: "(1, 'tx', {'a': 1, 'b': NULL}, 1), (2, 'ny', {'a': 1, 'b': 2}, 2), (3, NULL, NULL, NULL), (4, 'zz', {'a': 9, 'b': 9}, 9)",
  areas: `('eve', 'tx', {'a': 1, 'b': NULL}, 1, true), ('eve', 'tx', {'a': 1, 'b': 2}, 2, NULL), ('eve', NULL, NULL, NULL, true),
          ('bob', 'ny', {'a': 1, 'b': 2}, 2, false), (NULL, 'zz', NULL, 9, true)`,
};

/** Filters that come down to a look-up. */
const rewritten: readonly string[] = [
  "EXISTS (SELECT 1 FROM areas AS a WHERE a.person = 'eve' AND a.state = t.state)",
  "EXISTS (SELECT * FROM areas AS a WHERE t.state = a.state)",
  "EXISTS (SELECT 1 FROM areas AS a WHERE a.state = t.state AND a.active AND a.person = 'eve' AND TRUE)",
  "EXISTS (SELECT DISTINCT a.person FROM areas AS a WHERE a.state = t.state ORDER BY 1)",
  "EXISTS (SELECT 1 FROM areas AS a WHERE upper(a.state) = upper(t.state) AND a.n > 0)",
  "EXISTS (SELECT 1 FROM areas AS a WHERE a.n = t.n)",
  "t.id > 1 AND EXISTS (SELECT 1 FROM areas AS a WHERE a.state = t.state)",
  "t.id = 3 OR EXISTS (SELECT 1 FROM areas AS a WHERE a.state = t.state)",
  "(t.id = 3 OR EXISTS (SELECT 1 FROM areas AS a WHERE a.state = t.state)) AND t.id < 9",
  "CAST(EXISTS (SELECT 1 FROM areas AS a WHERE a.state = t.state) AS BOOLEAN)",
];

/** Filters that do not, or where NULL is not as good as FALSE: they stay. */
const kept: readonly string[] = [
  "NOT EXISTS (SELECT 1 FROM areas AS a WHERE a.state = t.state)",
  "EXISTS (SELECT 1 FROM areas AS a WHERE a.state = t.state) IS FALSE",
  "EXISTS (SELECT 1 FROM areas AS a WHERE a.state = t.state) = (t.id > 100)",
  "CASE WHEN EXISTS (SELECT 1 FROM areas AS a WHERE a.state = t.state) THEN FALSE ELSE TRUE END",
  "coalesce(EXISTS (SELECT 1 FROM areas AS a WHERE a.state = t.state), TRUE)",
  "EXISTS (SELECT 1 FROM areas AS a WHERE a.person = 'eve')",
  "EXISTS (SELECT 1 FROM areas AS a WHERE a.state <=> t.state)",
  "EXISTS (SELECT 1 FROM areas AS a WHERE a.n < t.id)",
  "EXISTS (SELECT 1 FROM areas AS a WHERE a.state = t.state AND a.n = t.n)",
  "EXISTS (SELECT 1 FROM areas AS a WHERE a.state = t.state AND t.id > 1)",
  "EXISTS (SELECT 1 FROM areas AS a WHERE a.state = t.state OR a.person = 'eve')",
  "EXISTS (SELECT 1 FROM areas AS a WHERE concat(a.state, t.state) = t.state)",
  "EXISTS (SELECT 1 FROM areas AS a WHERE a.pair = t.pair)",
  "EXISTS (SELECT count(*) FROM areas AS a WHERE a.state = t.state)",
  "EXISTS (SELECT 1 FROM areas AS a WHERE a.state = t.state GROUP BY a.person HAVING count(*) > 1)",
  "EXISTS (SELECT 1 FROM areas AS a WHERE a.state = t.state LIMIT 0)",
  "EXISTS (SELECT 1 FROM areas AS a WHERE a.state = t.state LIMIT 5 OFFSET 1)",
  "EXISTS (SELECT 1 FROM areas AS a, areas AS b WHERE a.state = t.state)",
  "EXISTS (SELECT 1 FROM areas AS a WHERE a.state = t.state UNION ALL SELECT 1 FROM areas AS a WHERE FALSE)",
  "EXISTS (WITH w AS (SELECT * FROM areas) SELECT 1 FROM w WHERE w.state = t.state)",
  "EXISTS (SELECT 1 FROM areas AS a WHERE a.state = t.state AND a.n IN (SELECT n FROM areas))",
  "EXISTS (SELECT 1 FROM areas AS a WHERE a.state = t.state AND rand() >= 0)",
];

const columnsOf = (table: string) =>
  Object.entries(types[table]!).map(([name, type]) => ({ id: name, name, type: typeOfText(type) }));

const relation = (name: string) => (name.startsWith("c.s.") ? columnsOf(name.slice("c.s.".length)) : undefined);

/** All rows of a table, and no more to hide. */
const opened = (table: string): Treatment => ({
  physical: { kind: "physical", alias: `rows_of_${table}`, schema: "p", table, columns: columnsOf(table) },
  filter: null,
  masks: new Map(),
  needed: new Set(Object.keys(types[table]!)),
});

/** The query with its condition, which is the filter, as it is and as a look-up. */
function both(filter: string): { readonly before: Query; readonly after: Query } {
  const text = `SELECT t.id FROM t WHERE ${filter} ORDER BY 1`;
  const resolved = resolveQuery(parseQueryText(text), { current: ["c", "s"], relation });
  const treatments = new Map(Object.keys(types).map((table) => [`c.s.${table}`, opened(table)]));
  const query = govern(resolved, treatments, enforcement, null);
  const { body } = query;
  assert.ok(body.kind === "select" && body.where);
  return { before: query, after: { ...query, body: { ...body, where: lookedUp(body.where) } } };
}

describe("a row filter's look-up", () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;
  before(async () => {
    instance = await DuckDBInstance.create(":memory:");
    connection = await instance.connect();
    await connection.run("CREATE SCHEMA lakeward_fn");
    for (const statement of macroStatements) await connection.run(statement);
    await connection.run("CREATE SCHEMA p");
    for (const [table, columns] of Object.entries(types)) {
      const declared = Object.entries(columns).map(([name, type]) => `${name} ${spellEngineType(typeOfText(type))}`);
      await connection.run(`CREATE TABLE p.${table} (${declared.join(", ")})`);
      await connection.run(`INSERT INTO p.${table} VALUES ${rows[table]}`);
    }
  });
  after(() => {
    connection.closeSync();
    instance.closeSync();
  });

  const idsOf = async (query: Query): Promise<readonly unknown[]> =>
    (await connection.runAndReadAll(printQuery(query))).getRows().map(([id]) => id);

  for (const filter of rewritten)
    it(`keeps the rows of ${filter} by IN`, async () => {
      const { before: written, after: made } = both(filter);
      assert.match(printQuery(written), /EXISTS/);
      assert.doesNotMatch(printQuery(made), /EXISTS/);
      const kept_ids = await idsOf(written);
      assert.ok(kept_ids.length > 0);
      assert.deepEqual(await idsOf(made), kept_ids);
    });

  for (const filter of kept)
    it(`leaves ${filter} as it is`, () => {
      const { before: written, after: made } = both(filter);
      assert.equal(printQuery(made), printQuery(written));
    });
});
