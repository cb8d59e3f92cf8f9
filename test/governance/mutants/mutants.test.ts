import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Enforcement, enforcement } from "../../src/sql/govern/enforcement.ts";
import { BOOLEAN } from "../../src/sql/types/mod.ts";
import { cases } from "./cases.ts";
import { ADMIN, READER, setting } from "./setting.ts";
import { sqlWorld } from "./world.ts";

const mutants: readonly (readonly [string, Enforcement])[] = [
  [
    "the filter replaced by TRUE",
    { ...enforcement, applyFilter: () => ({ kind: "literal", type: BOOLEAN, value: true }) },
  ],
  ["the filter left out", { ...enforcement, applyFilter: () => null }],
  ["the mask replaced by the column", { ...enforcement, applyMask: (column) => column }],
];

/** The cases that show it first; one is enough, and the whole table is another suite's. */
const first = cases.slice(0, 6);

describe("a broken enforcement", () => {
  for (const [title, mutant] of mutants)
    it(`is seen by the cases: ${title}`, async () => {
      await using world = await sqlWorld({ enforcement: mutant });
      for (const statement of setting) await world.run(ADMIN, statement);
      const red: string[] = [];
      for (const { title: name, sql, by = READER, rows } of first) {
        const outcome = await world.run(by, sql);
        if (JSON.stringify(outcome.rows) !== JSON.stringify(rows) || outcome.error !== undefined) red.push(name);
      }
      assert.notDeepEqual(red, []);
    });
});
