import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { parse } from "yaml";
import { ADMIN, READER, setting } from "../sql/setting.ts";
import { type SqlWorld, sqlWorld } from "../sql/world.ts";

/** A statement, and its right rows or its whole error message. */
interface Statement {
  readonly sql: string;
  readonly rows?: readonly (readonly (string | null)[])[];
  readonly error?: string;
}

const STATEMENTS_MIN = 150;
const statements: readonly Statement[] = parse(readFileSync(new URL("statements.yaml", import.meta.url), "utf8"));

describe("the statements of the dialect", () => {
  let world: SqlWorld;
  before(async () => {
    world = await sqlWorld();
    for (const each of setting) await world.must(ADMIN, each);
  });
  after(() => world[Symbol.asyncDispose]());

  it(`are at least ${STATEMENTS_MIN}`, () => assert.ok(statements.length >= STATEMENTS_MIN));

  for (const { sql, rows, error } of statements)
    it(sql, async () => {
      const outcome = await world.run(READER, sql);
      assert.equal(outcome.error, error);
      if (rows) assert.deepEqual(outcome.rows, rows);
    });
});
