import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { table } from "#kernel/mod.ts";
import type { LoadedFile } from "#sql/mod.ts";
import { ADMIN, STRANGER } from "./setting.ts";
import { type SqlWorld, sqlWorld, who } from "./world.ts";

describe("loading an operator's file into a table", () => {
  const folder = mkdtempSync(join(tmpdir(), "lakeward-load-"));
  let world: SqlWorld;

  before(async () => {
    world = await sqlWorld();
    for (const statement of [
      "CREATE CATALOG lake",
      "CREATE SCHEMA lake.s",
      "CREATE TABLE lake.s.planes (tail STRING NOT NULL, seats INT, built DATE, price DECIMAL(10,2))",
    ])
      await world.must(ADMIN, statement);
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const from = { tail: "Tail No", seats: "Seats $", built: "Built", price: "Price" };

  function csv(name: string, ...lines: readonly string[]): LoadedFile {
    const path = join(folder, `${name}.csv`);
    writeFileSync(path, `${["Tail No,Seats $,Built,Price,Unused", ...lines].join("\n")}\n`);
    return { path, format: "csv", from };
  }

  async function load(file: LoadedFile, by = ADMIN): Promise<number> {
    const permit = await world.gate.enter(who(by), "table.insert", table("lake.s.planes"), world.doorway());
    return world.sql.load(permit, file);
  }

  const planes = async () => (await world.must(ADMIN, "SELECT * FROM lake.s.planes ORDER BY tail")).rows;

  it("casts each column to the table's type, reads an empty field as NULL, and records the rows", async () => {
    const file = csv("good", `"N1, ""x""",100,1990-01-08,12.5,a`, "N2,,,,b");
    assert.equal(await load(file), 2);
    assert.deepEqual(await planes(), [
      [`N1, "x"`, "100", "1990-01-08", "12.50"],
      ["N2", null, null, null],
    ]);
    const record = world.records.findLast((one) => one.action === "table.insert");
    assert.equal(record?.outcome?.rows, 2);
  });

  for (const [title, file, expected] of [
    [
      "a value that is not of its type",
      () => csv("type", "N3,3,1990-01-08,1,", "N4,many,1990-01-08,1,"),
      /BAD_REQUEST/,
    ],
    ["a missing value where none may be missing", () => csv("null", "N5,3,,,", ",4,,,"), /NOT NULL/],
    ["a column without a source", () => ({ ...csv("map", "N6,1,,,"), from: { tail: "Tail No" } }), /fills 'seats'/],
    ["a file without that column", () => ({ ...csv("col", "N7,1,,,"), from: { ...from, seats: "Chairs" } }), /./],
    ["a file that is not there", () => ({ ...csv("gone", "N8,1,,,"), path: join(folder, "no.csv") }), /./],
  ] as const) {
    it(`loads nothing of a file with ${title}`, async () => {
      const before = await planes();
      await assert.rejects(load(file()), (thrown: Error & { code?: string }) => {
        assert.match(`${thrown.code} ${thrown.message}`, expected);
        return true;
      });
      assert.deepEqual(await planes(), before);
    });
  }

  it("is refused to whoever may not write to the table", async () => {
    await assert.rejects(load(csv("denied", "N9,1,,,"), STRANGER), /does not exist, or you may not know of it/);
  });
});
