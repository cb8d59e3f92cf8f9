import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { cases } from "./cases.ts";
import { ADMIN, READER, setting } from "./setting.ts";
import { type SqlWorld, sqlWorld } from "./world.ts";

describe("governed SQL, case by case", () => {
  let world: SqlWorld;
  before(async () => {
    world = await sqlWorld();
    for (const statement of setting) await world.must(ADMIN, statement);
  });
  after(() => world[Symbol.asyncDispose]());

  for (const { title, sql, by = READER, rows } of cases)
    it(title, async () => {
      const outcome = await world.run(by, sql);
      assert.equal(outcome.error, undefined);
      assert.deepEqual(outcome.rows, rows);
    });
});
