import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Actor, type DecisionRecord, table, type Who, warehouse } from "#kernel/mod.ts";
import type { ExecuteStatementRequest } from "#wire/sql/statement.ts";
import { Planner } from "../../../src/sql/plan/planner.ts";
import { ADMIN, OFFICER, READER, setting } from "../../sql/setting.ts";
import { type SqlWorld, sqlWorld, who } from "../../sql/world.ts";

const WAREHOUSE = "00000000000000aa";
const SEC = "SELECT id, ssn, salary FROM lake.s.sec ORDER BY id";

type More = Partial<ExecuteStatementRequest>;

interface Told {
  readonly rows: readonly (readonly (string | null)[])[];
  readonly columns: readonly string[] | undefined;
  readonly error: string | undefined;
  readonly governed: unknown;
}

/** After any change a text that was sent before must be told what the same text is told that is new, and that must differ from before. */
describe("a remembered plan", () => {
  let world: SqlWorld;
  let planned = 0;
  let texts = 0;
  const { plan } = Planner.prototype;

  before(async () => {
    world = await sqlWorld();
    for (const statement of setting) await world.must(ADMIN, statement);
    Planner.prototype.plan = function (...given) {
      planned += 1;
      return plan.apply(this, given);
    };
  });
  after(async () => {
    Planner.prototype.plan = plan;
    await world[Symbol.asyncDispose]();
  });

  async function tell(as: Who, statement: string, more: More = {}): Promise<Told> {
    await using permit = await world.gate.enter(as, "warehouse.use", warehouse(WAREHOUSE), world.doorway());
    const request = { statement, warehouse_id: WAREHOUSE, catalog: "lake", schema: "s", wait_timeout: "50s", ...more };
    const { response, governed } = await world.sql.statements.execute(permit, request);
    await permit.settle({ status: "ok" });
    return {
      rows: response.result?.data_array ?? [],
      columns: response.manifest?.schema.columns?.map((column) => `${column.name} ${column.type_text}`),
      error: response.status.error?.message,
      governed,
    };
  }

  /** The text as it was sent before, held against one that only a comment at its end makes new. */
  async function toldAnew(as: Who, statement: string, more: More = {}): Promise<Told> {
    texts += 1;
    const told = await tell(as, statement, more);
    assert.deepEqual(told, await tell(as, `${statement} -- ${texts}`, more), statement);
    return told;
  }

  /** Sends a text until its plan is remembered. */
  async function warm(as: Who, statement: string, more: More = {}): Promise<Told> {
    const told = await tell(as, statement, more);
    planned = 0;
    assert.deepEqual(await tell(as, statement, more), told);
    if (told.error === undefined) assert.equal(planned, 0, `not remembered: ${statement}`);
    return told;
  }

  const reader = who(READER);
  const changed = async (as: Who, statement: string, change: readonly string[], undo: readonly string[]) => {
    const before = await warm(as, statement);
    for (const one of change) await world.must(ADMIN, one);
    const told = await toldAnew(as, statement);
    assert.notDeepEqual(told, before, `the change shows: ${change[0]}`);
    for (const one of undo) await world.must(ADMIN, one);
    const undone = await toldAnew(as, statement);
    if (undo.length > 0) assert.deepEqual(undone, before);
  };

  it("is no other user's, and no other group's", async () => {
    const own = await warm(reader, SEC);
    for (const as of [who(OFFICER), who(ADMIN), { ...reader, groups: ["hr", ...reader.groups] }]) {
      planned = 0;
      const told = await toldAnew(as, SEC);
      assert.ok(planned > 0);
      assert.notDeepEqual(told.rows, own.rows);
    }
    assert.deepEqual(await warm(reader, SEC), own);
  });

  it("has the caller's name and groups in it, and is nobody else's for that", async () => {
    const text = "SELECT current_user() AS u, is_account_group_member('hr') AS h";
    assert.deepEqual((await warm(reader, text)).rows, [[READER, "false"]]);
    assert.deepEqual((await toldAnew({ ...reader, groups: ["hr", ...reader.groups] }, text)).rows, [[READER, "true"]]);
    assert.deepEqual((await toldAnew(who(OFFICER), text)).rows, [[OFFICER, "true"]]);
  });

  it("has one set of values for parameters in it, and the names that were in force", async () => {
    const text = "SELECT id FROM sec WHERE id >= :least ORDER BY id";
    const least = (value: string | null, type = "INT"): More => ({ parameters: [{ name: "least", value, type }] });
    assert.deepEqual((await warm(reader, text, least("1"))).rows, [["1"], ["3"]]);
    assert.deepEqual((await toldAnew(reader, text, least("2"))).rows, [["3"]]);
    assert.deepEqual((await toldAnew(reader, text, least(null))).rows, []);
    assert.deepEqual((await toldAnew(reader, text, least("2.5", "DECIMAL(3,1)"))).rows, [["3"]]);
    assert.match((await toldAnew(reader, text)).error ?? "", /UNBOUND_SQL_PARAMETER/);
    assert.match((await toldAnew(reader, text, { ...least("1"), schema: "desk" })).error ?? "", /lake\.desk\.sec/);
  });

  it("does not outlive a grant, a lender's grant or a loan", async () => {
    const user = "`account users`";
    await changed(
      reader,
      SEC,
      [`REVOKE SELECT ON SCHEMA lake.s FROM ${user}`],
      [`GRANT SELECT ON SCHEMA lake.s TO ${user}`],
    );
    await changed(
      reader,
      "SELECT lake.s.twice(id) FROM lake.s.t ORDER BY 1",
      [`REVOKE EXECUTE ON SCHEMA lake.s FROM ${user}`],
      [`GRANT EXECUTE ON SCHEMA lake.s TO ${user}`],
    );
    await world.must(ADMIN, `CREATE VIEW lake.s.lent AS SELECT id FROM lake.vault.gold`);
    await world.must(ADMIN, `GRANT USE SCHEMA, SELECT ON SCHEMA lake.vault TO \`${OFFICER}\``);
    await world.must(ADMIN, `ALTER VIEW lake.s.lent OWNER TO \`${OFFICER}\``);
    await changed(
      reader,
      "SELECT id FROM lake.s.lent ORDER BY id",
      [`REVOKE SELECT ON SCHEMA lake.vault FROM \`${OFFICER}\``],
      [`GRANT SELECT ON SCHEMA lake.vault TO \`${OFFICER}\``],
    );
  });

  it("does not outlive a policy, its function, its mask, or a row that it looks up", async () => {
    const mask = (body: string) =>
      `CREATE OR REPLACE FUNCTION lake.gov.mask_ssn(s STRING) RETURNS STRING RETURN ${body}`;
    const own = "CASE WHEN is_account_group_member('hr') THEN s ELSE concat('***-', right(s, 4)) END";
    await changed(reader, SEC, [mask("'hidden'")], [mask(own)]);
    await changed(
      reader,
      SEC,
      ["ALTER TABLE lake.s.sec ALTER COLUMN ssn DROP MASK"],
      ["ALTER TABLE lake.s.sec ALTER COLUMN ssn SET MASK lake.gov.mask_ssn"],
    );
    await world.must(ADMIN, "CREATE FUNCTION lake.gov.other(s STRING) RETURNS STRING RETURN 'other'");
    await changed(
      reader,
      SEC,
      ["ALTER TABLE lake.s.sec ALTER COLUMN ssn SET MASK lake.gov.other"],
      ["ALTER TABLE lake.s.sec ALTER COLUMN ssn SET MASK lake.gov.mask_ssn"],
    );
    await changed(
      reader,
      SEC,
      ["ALTER TABLE lake.s.sec DROP ROW FILTER"],
      ["ALTER TABLE lake.s.sec SET ROW FILTER lake.gov.by_region ON (region)"],
    );
    await changed(
      reader,
      "SELECT id FROM lake.s.badge ORDER BY id",
      ["ALTER TABLE lake.s.sec SET ROW FILTER lake.gov.hr_only ON ()"],
      ["ALTER TABLE lake.s.sec SET ROW FILTER lake.gov.by_region ON (region)"],
    );
    await changed(reader, SEC, [`INSERT INTO lake.gov.region_map VALUES ('${READER}', 'us')`], []);
  });

  it("does not outlive a table's shape, a view, a function, or what was in a table", async () => {
    await world.must(ADMIN, "CREATE TABLE lake.s.shape (a INT, b INT)");
    await world.must(ADMIN, "INSERT INTO lake.s.shape VALUES (1, 2)");
    const text = "SELECT * FROM lake.s.shape ORDER BY 1";
    await changed(reader, text, ["INSERT INTO lake.s.shape VALUES (3, 4)"], []);
    await changed(reader, text, ["DROP TABLE lake.s.shape"], []);
    await world.must(ADMIN, "CREATE TABLE lake.s.shape (b STRING)");
    await changed(reader, text, ["INSERT INTO lake.s.shape VALUES ('x')"], []);
    await changed(reader, text, ["DROP TABLE lake.s.shape", "CREATE VIEW lake.s.shape AS SELECT 7 AS c"], []);
    await changed(reader, text, ["CREATE OR REPLACE VIEW lake.s.shape AS SELECT 8 AS d"], []);
    await changed(reader, text, ["DROP VIEW lake.s.shape"], []);
    const twice = (by: number) => `CREATE OR REPLACE FUNCTION lake.s.twice(n INT) RETURNS INT RETURN n * ${by}`;
    await changed(reader, "SELECT lake.s.twice(id) FROM lake.s.t ORDER BY 1", [twice(3)], [twice(2)]);
  });

  it("is wider for no actor, token or scope", async () => {
    const actor = (resources: Actor["resources"]): Actor => ({ kind: "agent", name: "a", scopes: ["sql"], resources });
    const own = await warm(reader, SEC);
    const reaching = { ...reader, actor: actor([warehouse(WAREHOUSE), table("lake.s.sec")]) };
    assert.deepEqual((await warm(reaching, SEC)).rows, own.rows);
    const narrower: readonly Who[] = [
      { ...reader, actor: actor([warehouse(WAREHOUSE)]) },
      { ...reader, only: [{ action: "warehouse.use", what: warehouse(WAREHOUSE) }] },
    ];
    for (const as of narrower)
      assert.match((await toldAnew(as, SEC)).error ?? "", /among the resources|authorization_details/);
    assert.deepEqual(await warm(reader, SEC), own);
  });

  it("freezes neither time nor chance", async () => {
    const text = "SELECT current_timestamp() AS now, rand() AS r, uuid() AS u";
    const first = await tell(reader, text);
    planned = 0;
    const second = await tell(reader, text);
    assert.equal(planned, 0, "remembered");
    for (const column of [0, 1, 2]) assert.notEqual(second.rows[0]?.[column], first.rows[0]?.[column]);
  });

  it("leaves the records that planning leaves, of each run its own", async () => {
    const recordsOf = async (statement: string): Promise<readonly DecisionRecord[]> => {
      const from = world.records.length;
      await tell(reader, statement);
      return world.records.slice(from);
    };
    const shape = ({ key, at_ms, duration_ms, trace_id, outcome, ...rest }: DecisionRecord): unknown => {
      void [at_ms, duration_ms, trace_id];
      const { lineage, ...ended } = outcome as typeof outcome & { lineage?: { readonly statement_id?: string } };
      return { ...rest, hop: key.hop, permit: key.permit, ended, lineage: lineage && { ...lineage, statement_id: "" } };
    };
    const ordered = (records: readonly DecisionRecord[]): readonly string[] =>
      records.map((record) => JSON.stringify(shape(record))).sort();
    for (const text of [SEC, "SELECT ssn FROM lake.s.vv", "SELECT lake.s.gold_count() AS n FROM lake.s.my_gold"]) {
      const made = await recordsOf(`${text} -- for the record`);
      planned = 0;
      const remembered = await recordsOf(`${text} -- for the record`);
      assert.equal(planned, 0);
      assert.ok(made.length > 1);
      assert.deepEqual(ordered(remembered), ordered(made));
      const keys = new Set([...made, ...remembered].map(({ key }) => JSON.stringify(key)));
      assert.equal(keys.size, made.length * 2);
    }
    await world.must(ADMIN, "REVOKE SELECT ON SCHEMA lake.s FROM `account users`");
    const denied = await recordsOf(`${SEC} -- for the record`);
    assert.deepEqual(ordered(denied), ordered(await recordsOf(`${SEC} -- anew`)), "a denial is on record once");
    await world.must(ADMIN, "GRANT SELECT ON SCHEMA lake.s TO `account users`");
  });
});
