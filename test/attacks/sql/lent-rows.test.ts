import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ADMIN, READER } from "../../sql/setting.ts";
import { type AttackWorld, attackWorld } from "./world.ts";

/** Expressions that fail on the hidden rows alone; the engine evaluates them over whole dictionaries of stored columns. */
const failing: Readonly<Record<string, string>> = {
  "a regular expression from a column": "regexp_replace('abc', code, 'x') IS NOT NULL",
  "a split by a column": "size(split('abc', code)) > 0",
  "all matches of a column": "size(regexp_extract_all('abc', code, 0)) >= 0",
};

/** Ways to ask for rows of which a view or function leaves some out. */
const shapes: readonly (readonly [title: string, statement: (condition: string) => string, rows: string])[] = [
  ["of a view, in WHERE", (what) => `SELECT count(*) FROM my_book WHERE ${what}`, "19980"],
  ["of a view, in the select list", (what) => `SELECT count(${what}) FROM my_book`, "19980"],
  ["of a view, in a join", (what) => `SELECT count(*) FROM t JOIN my_book AS b ON b.id = t.id AND ${what}`, "3"],
  ["of a view over a view", (what) => `SELECT count(*) FROM my_shelf WHERE ${what}`, "19980"],
  ["of a view that joins", (what) => `SELECT count(*) FROM my_mapped_book WHERE ${what}`, "19980"],
  [
    "of a view in a common table",
    (what) => `WITH c AS (SELECT * FROM my_book) SELECT count(*) FROM c WHERE ${what}`,
    "19980",
  ],
  ["of a view in EXISTS", (what) => `SELECT count(*) FROM t WHERE EXISTS (SELECT 1 FROM my_book WHERE ${what})`, "3"],
  ["of a table function", (what) => `SELECT count(*) FROM my_pages(0) WHERE ${what}`, "19980"],
];

describe("rows that a view or a function does not lend", () => {
  let world: AttackWorld;
  before(async () => {
    world = await attackWorld();
  });
  after(() => world[Symbol.asyncDispose]());

  for (const [name, condition] of Object.entries(failing)) {
    for (const [title, statement, rows] of shapes)
      it(`are not told by an error: ${name} ${title}`, async () => {
        const { rows: seen } = await world.must(READER, statement(condition));
        assert.deepEqual(seen, [[rows]]);
      });

    it(`would be told, were they lent: ${name}`, async () => {
      const { error } = await world.run(ADMIN, `SELECT count(*) FROM lake.vault.book WHERE ${condition}`);
      assert.notEqual(error, undefined);
    });
  }
});
