import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { fn, statement, warehouse } from "#kernel/mod.ts";
import { ADMIN, OFFICER, READER, STRANGER, setting } from "./setting.ts";
import { type SqlWorld, sqlWorld, WAREHOUSE, who } from "./world.ts";

/** One scalar call that no interrupt ends. */
const ENDLESS = "SELECT levenshtein(repeat('a', 200000), repeat('b', 200000))";
const SOON_MS = 1500;

describe("statements over their life", () => {
  let world: SqlWorld;
  before(async () => {
    world = await sqlWorld();
    for (const each of setting) await world.must(ADMIN, each);
  });
  after(() => world[Symbol.asyncDispose]());

  const ask = async <A extends "statement.read" | "statement.cancel">(name: string, action: A, id: string) =>
    world.gate.enter(who(name), action, statement(id), world.doorway());

  it("the manifest names each column and its type", async () => {
    const { response } = await world.must(
      READER,
      "SELECT 1 AS a, 1.50 AS b, 'x' AS c, DATE '2024-01-02' AS d, array(1) AS e",
    );
    const columns = response.manifest!.schema.columns.map(({ name, type_name, type_text }) => [
      name,
      type_name,
      type_text,
    ]);
    assert.deepEqual(columns, [
      ["a", "INT", "INT"],
      ["b", "DECIMAL", "DECIMAL(3,2)"],
      ["c", "STRING", "STRING"],
      ["d", "DATE", "DATE"],
      ["e", "ARRAY", "ARRAY<INT>"],
    ]);
    assert.deepEqual(response.result!.data_array, [["1", "1.50", "x", "2024-01-02", "[1]"]]);
    assert.equal(response.manifest!.total_row_count, 1);
  });

  it("named parameters are values of their type, whatever they hold", async () => {
    const parameters = [
      { name: "who", value: "' OR 1 = 1 --", type: "STRING" },
      { name: "n", value: "2", type: "INT" },
      { name: "d", value: "2024-02-29", type: "DATE" },
      { name: "none" },
    ];
    const { rows } = await world.must(READER, "SELECT :who, :n + 1, :d, :none IS NULL", { parameters });
    assert.deepEqual(rows, [["' OR 1 = 1 --", "3", "2024-02-29", "true"]]);
  });

  it("a parameter without a value is an error that names it", async () => {
    const { error } = await world.run(READER, "SELECT :x");
    assert.match(error!, /UNBOUND_SQL_PARAMETER.*:x/);
  });

  it("row_limit cuts the rows and says so", async () => {
    const { response, rows } = await world.must(READER, "SELECT id FROM t ORDER BY id", { row_limit: 2 });
    assert.equal(rows.length, 2);
    assert.equal(response.manifest!.truncated, true);
  });

  it("an error inside a statement is a FAILED state with a code and a SQLSTATE", async () => {
    const { response } = await world.run(READER, "SELECT nothing FROM t");
    assert.equal(response.status.state, "FAILED");
    assert.equal(response.status.error!.error_code, "BAD_REQUEST");
    assert.equal(response.status.sql_state, "42703");
  });

  it("a hidden table and a missing one give the same words", async () => {
    const hidden = await world.run(READER, "SELECT * FROM lake.vault.gold");
    const missing = await world.run(READER, "SELECT * FROM lake.vault.nope");
    assert.match(hidden.error!, /^\[TABLE_OR_VIEW_NOT_FOUND\]/);
    assert.equal(hidden.error!.replaceAll("gold", "nope"), missing.error);
  });

  it("a known table without SELECT is a denial", async () => {
    await world.must(ADMIN, "CREATE SCHEMA lake.shown");
    await world.must(ADMIN, "CREATE TABLE lake.shown.t (a INT)");
    await world.must(ADMIN, "GRANT BROWSE ON SCHEMA lake.shown TO `account users`");
    const { error } = await world.run(READER, "SELECT * FROM lake.shown.t");
    assert.match(error!, /^\[INSUFFICIENT_PERMISSIONS\]/);
  });

  it("a statement is its owner's alone, and missing to all others", async () => {
    const { response } = await world.must(READER, "SELECT 1");
    const permit = await ask(READER, "statement.read", response.statement_id);
    assert.equal((await world.sql.statements.get(permit)).response.status.state, "SUCCEEDED");
    for (const other of [OFFICER, ADMIN])
      await assert.rejects(ask(other, "statement.read", response.statement_id), { code: "NOT_FOUND" });
  });

  it("of rows whose reading could not be put on record nothing is told, neither at once nor later", async () => {
    const permit = await world.gate.enter(who(READER), "warehouse.use", warehouse(WAREHOUSE), world.doorway());
    world.refuseRecords((record) => record.action === "table.read_data");
    const request = { statement: "SELECT id FROM lake.s.t", warehouse_id: WAREHOUSE, wait_timeout: "50s" } as const;
    const { response } = await world.sql.statements.execute(permit, request);
    await assert.rejects(permit.settle({ status: "ok" }), { code: "TEMPORARILY_UNAVAILABLE" });
    world.refuseRecords(() => false);
    for (const read of ["get", "chunk"] as const) {
      const later = await ask(READER, "statement.read", response.statement_id);
      await world.sql.statements[read](later, 0);
      await assert.rejects(later.settle({ status: "ok" }), { code: "TEMPORARILY_UNAVAILABLE" }, read);
    }
  });

  it("with wait_timeout 0s the answer is polled, and cancel ends one scalar call within moments", async () => {
    const { response } = await world.run(READER, ENDLESS, { wait_timeout: "0s" });
    const id = response.statement_id;
    assert.match(response.status.state, /PENDING|RUNNING/);
    const started = Date.now();
    await world.sql.statements.cancel(await ask(READER, "statement.cancel", id));
    let state = "RUNNING";
    while (state === "RUNNING" && Date.now() - started < 4 * SOON_MS) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      state = (await world.sql.statements.get(await ask(READER, "statement.read", id))).response.status.state;
    }
    assert.equal(state, "CANCELED");
  });

  it("a hundred statements of one that wait keep nobody else's small one waiting", async () => {
    const sent = Array.from({ length: 100 }, () => world.run(READER, ENDLESS, { wait_timeout: "0s" }));
    const ids = (await Promise.all(sent)).map(({ response }) => response.statement_id);
    const began_ms = Date.now();
    const { rows } = await world.must(OFFICER, "SELECT id FROM t ORDER BY id");
    assert.ok(Date.now() - began_ms < 4 * SOON_MS, `${Date.now() - began_ms} ms`);
    assert.equal(rows.length, 3);
    const states = await Promise.all(
      ids.map(
        async (id) => (await world.sql.statements.get(await ask(READER, "statement.read", id))).response.status.state,
      ),
    );
    assert.ok(states.filter((state) => state !== "SUCCEEDED" && state !== "FAILED").length > 95, states.join());
    for (const id of ids) await world.sql.statements.cancel(await ask(READER, "statement.cancel", id));
  });

  it("the format and disposition that are not served are refused by name", async () => {
    await assert.rejects(world.run(READER, "SELECT 1", { format: "ARROW_STREAM" }), /ARROW_STREAM/);
    await assert.rejects(world.run(READER, "SELECT 1", { disposition: "EXTERNAL_LINKS" }), /EXTERNAL_LINKS/);
    await assert.rejects(world.run(READER, "SELECT 1", { wait_timeout: "3s" }), /wait_timeout/);
  });

  it("every permit of a query is on record with its rows once the answer is there", async () => {
    const before = world.records.length;
    await world.must(READER, "SELECT id FROM v");
    const own = world.records.slice(before).filter((record) => record.door === "sql");
    const told = own.map((record) => [
      record.what[0]!.name,
      { status: record.outcome?.status, rows: record.outcome?.rows },
      record.lent_by.map((each) => each.what.name),
    ]);
    const rows = { status: "ok", rows: 2 };
    assert.deepEqual(told, [
      ["lake.s.v", rows, []],
      ["lake.s.sec", rows, ["lake.s.v"]],
      ["lake.gov.region_map", rows, ["lake.s.v", "lake.gov.by_region"]],
    ]);
  });

  it("the warehouse is entered by whoever may use it", async () => {
    const permit = await world.gate.enter(
      who(STRANGER),
      "warehouse.read_metadata",
      warehouse("00000000000000aa"),
      world.doorway(),
    );
    assert.equal(world.sql.warehouses.get(permit).name, "Starter");
  });

  it("a function is called with JSON arguments, its body on its owner's loan", async () => {
    const enter = async (name: string, routine: string) =>
      world.gate.enter(who(name), "function.execute", fn(routine), world.doorway());
    const doorway = world.doorway();
    const one = await world.sql.call(await enter(READER, "lake.s.ssn_of"), { who: 1 }, doorway);
    assert.deepEqual(one.rows, [["***-1111"]]);
    assert.deepEqual(one.columns, [{ name: "output", type: "STRING" }]);
    assert.deepEqual(one.governed.filtered, [{ table: "lake.s.sec", policy: "lake.gov.by_region" }]);
    const staff = await world.sql.call(await enter(READER, "lake.s.staff"), {}, doorway);
    assert.equal(staff.rows.length, 2);
    await assert.rejects(
      async () => world.sql.call(await enter(READER, "lake.s.ssn_of"), {}, doorway),
      /Missing parameter value for 'who'/,
    );
    await assert.rejects(
      async () => world.sql.call(await enter(READER, "lake.s.ssn_of"), { who: "x" }, doorway),
      /who/,
    );
  });
});
