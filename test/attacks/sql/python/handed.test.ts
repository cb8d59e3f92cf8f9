import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it, mock } from "node:test";
import type { EngineValue } from "#sql/engines/engine.ts";
import type { Interpreter } from "#sql/python/interpreter.ts";
import { Interpreters } from "#sql/python/interpreters.ts";
import { ADMIN, READER } from "../../../sql/setting.ts";
import { type AttackWorld, attackWorld } from "../world.ts";

/** Whatever a Python function could know, it is handed as rows of arguments: here they are kept, and answered by their first value. */
const handed = new Set<string>();

function listening(): Interpreter {
  const call = async (
    _routine: unknown,
    rows: readonly (readonly EngineValue[])[],
  ): Promise<readonly EngineValue[]> => {
    for (const row of rows) for (const value of row) handed.add(String(value));
    return rows.map((row) => row[0] ?? null);
  };
  return { call, kill: () => {}, ended: Promise.resolve() } as unknown as Interpreter;
}

const python = (name: string, parameters: string, returns: string): string =>
  `CREATE FUNCTION lake.s.${name}(${parameters}) RETURNS ${returns} LANGUAGE PYTHON AS $$ return x $$`;

/** What the reader's rows of `sec`, and of the ledger, do not have: hidden rows' values, and values beneath masks. */
const HIDDEN = /bob|dan|nil|111-11|222-22|333-33|444-44|555-55|\b950\b|\b5000\b|poison|none|9223372036854775807|\bus\b/;

/** Each hands something over, and something else where no policy is enforced. */
const shapes: Readonly<Record<string, string>> = {
  "in the select list": "SELECT spy(name), spy(ssn), spy_n(salary) FROM sec",
  "in WHERE": "SELECT id FROM sec WHERE spy(ssn) > ''",
  "in WHERE, before another condition": "SELECT id FROM sec WHERE spy(name) <> 'x' AND region = 'us'",
  "in WHERE, with OR": "SELECT id FROM sec WHERE id < 0 OR spy(name) = 'bob'",
  "in WHERE, and one of a condition that would let all through":
    "SELECT id FROM sec WHERE region IS NULL OR spy(region) = 'us'",
  "in CASE, on a branch that is never taken": "SELECT CASE WHEN id < 0 THEN spy(ssn) ELSE 'no' END FROM sec",
  "in JOIN ON": "SELECT t.id FROM t JOIN sec ON spy(sec.ssn) = t.a",
  "in JOIN ON, with values of both sides": "SELECT t.id FROM t JOIN sec ON spy(concat(t.a, sec.ssn)) = 'x'",
  "in LEFT JOIN ON": "SELECT t.id FROM t LEFT JOIN sec ON spy(sec.name) = t.a",
  "in GROUP BY": "SELECT spy(region), count(*) FROM sec GROUP BY spy(region)",
  "in HAVING": "SELECT name FROM sec GROUP BY name HAVING spy(name) > ''",
  "in an aggregate": "SELECT max(spy(ssn)) FROM sec",
  "in a window": "SELECT row_number() OVER (PARTITION BY spy(region) ORDER BY spy(ssn)) FROM sec",
  "in ORDER BY": "SELECT id FROM sec ORDER BY spy(ssn)",
  "of a call": "SELECT spy(spy(ssn)) FROM sec",
  "of an expression that may fail": "SELECT spy_n(1000 / (salary - 950)) FROM sec",
  "of a subquery": "SELECT spy((SELECT max(name) FROM sec)), spy((SELECT min(ssn) FROM sec))",
  "in EXISTS": "SELECT t.id FROM t WHERE EXISTS (SELECT 1 FROM sec WHERE sec.id = t.id AND spy(sec.name) > '')",
  "in IN": "SELECT t.id FROM t WHERE t.a IN (SELECT spy(name) FROM sec)",
  "in a common table": "WITH c AS (SELECT spy(ssn) AS s, name FROM sec) SELECT s, spy(name) FROM c",
  "in a union": "SELECT spy(a) FROM t UNION ALL SELECT spy(name) FROM sec",
  "through a view": "SELECT spy(ssn), spy(name) FROM v",
  "through a view of a view": "SELECT name FROM vv WHERE spy(ssn) > ''",
  "through a table function": "SELECT spy(ssn) FROM staff()",
  "through a function of a row": "SELECT spy(ssn_of(id)) FROM t",
  "in a view": "SELECT * FROM spying",
  "in a SQL function": "SELECT spied(ssn) FROM sec",
  "on stored Parquet with dictionaries": "SELECT count(*) FROM ledger WHERE spy(code) > '' AND spy_n(pay) > 0",
  "on stored Parquet, one row of it": "SELECT spy(code) FROM ledger WHERE id = 7 OR id = 8",
  "of a limit": "SELECT spy(code) FROM (SELECT code FROM ledger ORDER BY pay LIMIT 30)",
};

/** What a view or function lends no row of, whoever asks. */
const lent: Readonly<Record<string, string>> = {
  "of a view's rows": "SELECT count(*) FROM my_book WHERE spy(code) > ''",
  "of a view of a view": "SELECT max(spy(txt)) FROM my_shelf WHERE spy(code) > ''",
  "of a view with a look-up": "SELECT count(*) FROM my_mapped_book WHERE spy(code) > '' OR spy_n(1 / (id + 1)) = 0",
  "of a table function": "SELECT count(*) FROM my_pages(0) WHERE spy(txt) > ''",
  "of what a function finds": "SELECT spy(code_of(id)) FROM t",
};

describe("a Python function is handed what its caller may see, and nothing else", () => {
  let world: AttackWorld;
  before(async () => {
    world = await attackWorld();
    for (const statement of [
      python("spy", "x STRING", "STRING"),
      python("spy_n", "x BIGINT", "BIGINT"),
      "CREATE VIEW lake.s.spying AS SELECT id, lake.s.spy(ssn) AS s FROM lake.s.sec WHERE lake.s.spy(name) > ''",
      "CREATE FUNCTION lake.s.spied(a STRING) RETURNS STRING RETURN concat('<', lake.s.spy(a), '>')",
    ])
      await world.must(ADMIN, statement);
    mock.method(Interpreters.prototype, "take", async () => listening());
  });
  after(async () => {
    mock.restoreAll();
    await world[Symbol.asyncDispose]();
  });
  beforeEach(() => handed.clear());
  afterEach(() => handed.clear());

  for (const [title, sql] of Object.entries(shapes))
    it(title, async () => {
      await world.must(READER, sql);
      const seen = [...handed];
      assert.deepEqual(
        seen.filter((value) => HIDDEN.test(value)),
        [],
      );
      handed.clear();
      // With policies out of force something of it may fail on a hidden row; what was handed over by then tells.
      await world.unenforced(() => world.run(READER, sql));
      assert.notDeepEqual([...handed].sort(), seen.sort(), "nothing else would be handed over, so it proves nothing");
    });

  for (const [title, sql] of Object.entries(lent))
    it(title, async () => {
      await world.must(READER, sql);
      assert.ok(handed.size > 0, "nothing is handed over");
      assert.deepEqual(
        [...handed].filter((value) => HIDDEN.test(value)),
        [],
      );
    });

  it("distinct rows of arguments once each, however many rows there are", async () => {
    let rows = 0;
    mock.method(Interpreters.prototype, "take", async () => {
      const interpreter = listening();
      const { call } = interpreter;
      return Object.assign(interpreter, {
        call: (...given: Parameters<typeof call>) => {
          rows += given[1].length;
          return call(...given);
        },
      });
    });
    const { rows: counted } = await world.must(READER, "SELECT count(spy(code)) FROM ledger");
    assert.deepEqual(counted, [["19980"]]);
    assert.equal(rows, 50);
    mock.method(Interpreters.prototype, "take", async () => listening());
  });
});
