import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { parse } from "yaml";
import type { Lineage } from "#kernel/mod.ts";
import { ADMIN, READER, setting } from "../sql/setting.ts";
import { type SqlWorld, sqlWorld } from "../sql/world.ts";

interface Case {
  readonly case: string;
  readonly statement: string;
  readonly reads: readonly string[];
  readonly columns: readonly string[];
}

const CASES_MIN = 30;
const cases: readonly Case[] = parse(readFileSync(new URL("lineage.yaml", import.meta.url), "utf8"));

const spelled = (name: string, through: Lineage["reads"][number]["through"]): string =>
  [name, ...through.map((hop) => `${hop.type} ${hop.name}`)].join(" < ");

function columnsOf({ reads, columns }: Lineage): readonly string[] {
  return columns.map(({ from, column, to, masked_by }) => {
    const { name, through } = reads[from]!;
    const masked = masked_by.length > 0 ? ` masked by ${masked_by.join(", ")}` : "";
    return `${spelled(`${name}.${column}`, through)}${to === null ? "" : ` -> ${to}`}${masked}`;
  });
}

describe("lineage", () => {
  let world: SqlWorld;
  before(async () => {
    world = await sqlWorld();
    for (const each of setting) await world.must(ADMIN, each);
  });
  after(() => world[Symbol.asyncDispose]());

  it(`has at least ${CASES_MIN} cases`, () => assert.ok(cases.length >= CASES_MIN));

  for (const { case: name, statement, reads, columns } of cases)
    it(name, async () => {
      const before = world.records.length;
      const { response } = await world.must(READER, statement);
      const told = world.records.slice(before).flatMap((record) => record.outcome?.lineage ?? []);
      if (reads.length === 0 && !/^(CREATE|INSERT)/.test(statement)) return assert.deepEqual(told, []);
      assert.equal(told.length, 1);
      const [lineage] = told as [Lineage];
      assert.equal(lineage.statement_id, response.statement_id);
      assert.deepEqual(lineage.reads.map((one) => spelled(one.name, one.through)).toSorted(), [...reads].toSorted());
      assert.deepEqual(columnsOf(lineage).toSorted(), [...columns].toSorted());
    });
});
