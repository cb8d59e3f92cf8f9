import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { type Asking, EMBEDDINGS } from "#sql/mod.ts";
import { ADMIN, READER } from "../../../sql/setting.ts";
import { HIDDEN, lent, shapes } from "../handing.ts";
import { type AttackWorld, attackWorld } from "../world.ts";

/** All that a model could know: each question is kept, and answered by itself. */
const handed: string[] = [];

const listening: Asking = {
  named: (name) => (name === EMBEDDINGS ? "ears" : (name ?? "none")),
  ask: async (permit, { text }) => {
    handed.push(text);
    await permit.settle({ status: "ok" });
    return text;
  },
  embed: async (permit, texts) => {
    handed.push(...texts);
    await permit.settle({ status: "ok" });
    return texts.map((one) => [one.length, 1]);
  },
};

describe("a model is handed what its asker may see, and nothing else", () => {
  let world: AttackWorld;
  before(async () => {
    world = await attackWorld({ asking: listening, endpoints: { ears: ADMIN } });
    for (const statement of [
      "CREATE FUNCTION lake.s.spy(x STRING) RETURNS STRING RETURN ai_query('ears', x)",
      "CREATE FUNCTION lake.s.spy_n(x BIGINT) RETURNS BIGINT RETURN ai_query('ears', x, returnType => 'BIGINT')",
      "CREATE FUNCTION lake.s.near(x STRING) RETURNS FLOAT RETURN ai_similarity(x, 'ears')",
      "CREATE VIEW lake.s.spying AS SELECT id, lake.s.spy(ssn) AS s FROM lake.s.sec WHERE lake.s.spy(name) > ''",
      "CREATE FUNCTION lake.s.spied(a STRING) RETURNS STRING RETURN concat('<', lake.s.spy(a), '>')",
    ])
      await world.must(ADMIN, statement);
  });
  after(() => world[Symbol.asyncDispose]());
  beforeEach(() => {
    handed.length = 0;
  });

  for (const [title, sql] of Object.entries(shapes))
    it(title, async () => {
      await world.must(READER, sql);
      const seen = [...new Set(handed)].sort();
      assert.deepEqual(
        seen.filter((value) => HIDDEN.test(value)),
        [],
      );
      handed.length = 0;
      // With policies out of force something of it may fail on a hidden row; what was handed over by then tells.
      await world.unenforced(() => world.run(READER, sql));
      assert.notDeepEqual([...new Set(handed)].sort(), seen, "nothing else would be handed over, so it proves nothing");
    });

  it("nor is an embedding model by ai_similarity", async () => {
    const sql = "SELECT lake.s.near(ssn) FROM lake.s.sec WHERE lake.s.near(name) IS NOT NULL";
    await world.must(READER, sql);
    const seen = [...new Set(handed)].sort();
    assert.ok(seen.length > 0);
    assert.deepEqual(
      seen.filter((value) => HIDDEN.test(value)),
      [],
    );
    handed.length = 0;
    await world.unenforced(() => world.run(READER, sql));
    assert.notDeepEqual([...new Set(handed)].sort(), seen, "nothing else would be handed over, so it proves nothing");
  });

  for (const [title, sql] of Object.entries(lent))
    it(title, async () => {
      await world.must(READER, sql);
      assert.ok(handed.length > 0, "nothing is handed over");
      assert.deepEqual(
        handed.filter((value) => HIDDEN.test(value)),
        [],
      );
    });

  it("the same question once, however many rows ask it", async () => {
    const { rows } = await world.must(READER, "SELECT count(spy(code)) FROM ledger");
    assert.deepEqual(rows, [["19980"]]);
    assert.equal(handed.length, 50);
  });
});
