import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it, mock } from "node:test";
import type { EngineValue } from "#sql/engines/engine.ts";
import type { Interpreter } from "#sql/python/interpreter.ts";
import { Interpreters } from "#sql/python/interpreters.ts";
import { ADMIN, READER } from "../../../sql/setting.ts";
import { HIDDEN, lent, shapes } from "../handing.ts";
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
