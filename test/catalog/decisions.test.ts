import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { catalog, fn, schema, table } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { ana, ben, type CatalogWorld, catalogWorld, doorway, grant, makeSales, makeTable, root, who } from "./world.ts";

const orders = table("main.sales.orders");

async function code(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "permitted";
  } catch (thrown) {
    assert.ok(thrown instanceof Fault, String(thrown));
    return thrown.code;
  }
}

describe("decisions on the facts that the catalog loads", () => {
  let world: CatalogWorld;
  before(async () => {
    world = await catalogWorld();
    await makeSales(world);
  });
  after(() => world[Symbol.asyncDispose]());
  beforeEach(async () => {
    await world.db.kysely.deleteFrom("securable_grants").execute();
  });
  const read = (by = ana) => code(world.enter(by, "table.read_data", orders));

  it("lets a privilege on a catalog reach its tables", async () => {
    await grant(world, catalog("main"), "analysts", "USE_CATALOG", "USE_SCHEMA", "SELECT");
    assert.equal(await read(), "permitted");
  });

  it("needs USE CATALOG and USE SCHEMA beside SELECT", async () => {
    await grant(world, orders, "analysts", "SELECT");
    assert.equal(await read(), "PERMISSION_DENIED");
    await grant(world, catalog("main"), "analysts", "USE_CATALOG");
    assert.equal(await read(), "PERMISSION_DENIED");
    await grant(world, schema("main.sales"), "analysts", "USE_SCHEMA");
    assert.equal(await read(), "permitted");
  });

  it("takes ALL PRIVILEGES for SELECT and not for MANAGE", async () => {
    await grant(world, catalog("main"), "analysts", "ALL_PRIVILEGES");
    assert.equal(await read(), "permitted");
    assert.equal(await code(world.enter(ana, "grants.update", orders)), "PERMISSION_DENIED");
  });

  it("gives no data for MANAGE", async () => {
    await grant(world, catalog("main"), "analysts", "USE_CATALOG", "USE_SCHEMA", "MANAGE");
    assert.equal(await code(world.enter(ana, "table.delete", orders)), "permitted");
    assert.equal(await read(), "PERMISSION_DENIED");
  });

  it("answers hidden and missing tables with the same words", async () => {
    const hidden = await world.enter(ben, "table.read_data", orders).catch((fault: Fault) => fault);
    const missing = await world
      .enter(ben, "table.read_data", table("main.sales.absent"))
      .catch((fault: Fault) => fault);
    assert.ok(hidden instanceof Fault && missing instanceof Fault);
    assert.equal(hidden.code, "TABLE_DOES_NOT_EXIST");
    assert.equal(hidden.code, missing.code);
    assert.equal(hidden.message, missing.message.replace("absent", "orders"));
  });

  it("knows an owner of a parent as the owner of what is beneath", async () => {
    await grant(world, catalog("main"), "ben@board.org", "USE_CATALOG", "USE_SCHEMA");
    const permit = await world.enter(root, "schema.update", schema("main.sales"));
    await world.catalog.metastore.setOwner(permit, "ben@board.org");
    assert.equal(await read(ben), "permitted");
    await world.catalog.metastore.setOwner(
      await world.enter(root, "schema.update", schema("main.sales")),
      "root@board.org",
    );
    assert.equal(await read(ben), "TABLE_DOES_NOT_EXIST");
  });

  it("filters lists to what the caller may know", async () => {
    await makeTable(world, root, "secrets");
    await grant(world, orders, "analysts", "SELECT");
    const candidates = await world.catalog.metastore.candidates("TABLE", schema("main.sales"));
    assert.deepEqual(
      candidates.map((one) => one.name),
      ["main.sales.orders", "main.sales.secrets"],
    );
    assert.deepEqual(await world.gate.filter(ana, "table.read_metadata", candidates, doorway()), [orders]);
    assert.deepEqual(await world.gate.filter(ben, "table.read_metadata", candidates, doorway()), []);
  });

  it("turns bound policies into obligations of those who read, in the order of columns", async () => {
    await grant(world, catalog("main"), "analysts", "USE_CATALOG", "USE_SCHEMA", "SELECT");
    const permit = await world.enter(root, "table.set_policy", orders);
    const { metastore } = world.catalog;
    await metastore.setColumnMask(permit, "AMOUNT", { function: "main.sales.hide", arguments: [] });
    await metastore.setColumnMask(permit, "region", { function: "main.sales.hide", arguments: [] });
    const filter = { function: "main.sales.is_mine", arguments: [{ kind: "column", column: "region" }] } as const;
    await metastore.setRowFilter(permit, filter);
    const reading = await world.enter(ana, "table.read_data", orders);
    const hide = { type: "column_mask", policy: "main.sales.hide", function: "main.sales.hide", arguments: [] };
    assert.deepEqual(reading.obligations, [
      {
        type: "row_filter",
        policy: "main.sales.is_mine",
        function: "main.sales.is_mine",
        arguments: [{ kind: "column", column: "Region" }],
      },
      { ...hide, column: "Region" },
      { ...hide, column: "amount" },
    ]);
    assert.equal((await metastore.policyRoutine(reading, "main.sales.hide")).owner, "root@board.org");
    await assert.rejects(metastore.policyRoutine(reading, "main.sales.other"), TypeError);
    await metastore.setRowFilter(permit, null);
    await metastore.setColumnMask(permit, "region", null);
    await metastore.setColumnMask(permit, "amount", null);
    assert.deepEqual((await world.enter(ana, "table.read_data", orders)).obligations, []);
  });

  it("finds a table whatever the case of its name", async () => {
    const [facts] = await world.catalog.facts.load([{ type: "TABLE", name: "Main.SALES.Orders" }]);
    assert.equal(facts!.found, true);
    assert.deepEqual(
      facts!.chain.map((one) => one.what.name),
      ["main.sales.orders", "main.sales", "main", "metastore"],
    );
  });

  it("loads a missing securable as not found, with the parents that are there", async () => {
    const [facts, other] = await world.catalog.facts.load([table("main.gone.t"), fn("")]);
    assert.equal(facts!.found, false);
    assert.deepEqual(
      facts!.chain.map((one) => one.what.name),
      ["main", "metastore"],
    );
    assert.equal(other!.found, false);
  });

  it("decides on the server's own tables like on any other", async () => {
    const scan = { name: "system.access.audit", columns: [{ name: "event_id", type: "STRING" }] };
    await world.catalog.securables.registerScan(scan);
    const before = await world.version();
    await world.catalog.securables.registerScan(scan);
    assert.equal(await world.version(), before, "a second start changes nothing");
    const audit = table("system.access.audit");
    assert.equal(await code(world.enter(root, "table.read_data", audit)), "permitted");
    assert.equal(await code(world.enter(ana, "table.read_data", audit)), "TABLE_DOES_NOT_EXIST");
    const permit = await world.enter(root, "table.delete", audit);
    const dropping = world.db.run((transaction) =>
      world.catalog.metastore.drop(transaction, permit, { cascade: true }),
    );
    assert.equal(await code(dropping), "PERMISSION_DENIED");
  });

  it("lets an actor use what its user may, within what it declared", async () => {
    await grant(world, catalog("main"), "analysts", "USE_CATALOG", "USE_SCHEMA", "SELECT");
    const actor = { kind: "agent", name: "helper", scopes: ["all-apis"], resources: [schema("main.sales")] } as const;
    assert.equal(await read({ ...ana, actor }), "permitted");
    assert.equal(await read({ ...ana, actor: { ...actor, resources: [] } }), "PERMISSION_DENIED");
    assert.equal(await read(who("cleo@board.org", { actor })), "TABLE_DOES_NOT_EXIST");
  });
});
