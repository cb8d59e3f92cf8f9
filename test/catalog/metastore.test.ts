import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { catalog, endpoint, fn, type Permit, metastore as root_, schema, table, warehouse } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { ana, ben, type CatalogWorld, catalogWorld, grant, makeSales, makeTable, root } from "./world.ts";

async function fault(work: Promise<unknown>): Promise<Fault> {
  try {
    await work;
  } catch (thrown) {
    assert.ok(thrown instanceof Fault, String(thrown));
    return thrown;
  }
  throw new Error("It was done.");
}

describe("changes of the metastore", () => {
  let world: CatalogWorld;
  before(async () => {
    world = await catalogWorld();
    await makeSales(world);
    await grant(world, catalog("main"), "analysts", "USE_CATALOG", "USE_SCHEMA", "CREATE_TABLE", "CREATE_FUNCTION");
  });
  after(() => world[Symbol.asyncDispose]());

  const drop = (
    permit: Permit<"catalog.delete" | "schema.delete" | "table.delete" | "function.delete">,
    cascade: boolean,
  ) => world.db.run((transaction) => world.catalog.metastore.drop(transaction, permit, { cascade }));
  const makeFunction = async (by: typeof ana, name: string, body: string, replace: boolean) =>
    world.catalog.metastore.createFunction(await world.enter(by, "function.create", schema("main.sales")), {
      name,
      body,
      replace,
      parameters: [],
      returns: { kind: "scalar", type: "BOOLEAN" },
      current: ["main", "sales"],
    });
  const makeView = async (by: typeof ana, name: string, text: string, replace: boolean) =>
    world.catalog.metastore.createView(await world.enter(by, "table.create", schema("main.sales")), {
      name,
      text,
      replace,
      columns: [{ name: "n", type: "INT", nullable: true }],
      current: ["main", "sales"],
    });

  it("lets exactly one of two creates of a name win", async () => {
    const permits = await Promise.all([1, 2].map(() => world.enter(root, "schema.create", catalog("main"))));
    const outcomes = await Promise.allSettled(
      permits.map((permit) => world.catalog.metastore.createSchema(permit, { name: "Raced" })),
    );
    const lost = outcomes.filter((one) => one.status === "rejected");
    assert.equal(lost.length, 1);
    assert.equal(lost[0]!.reason.code, "SCHEMA_ALREADY_EXISTS");
  });

  it("leaves nothing of a table whose transaction is rolled back", async () => {
    const permit = await world.enter(root, "table.create", schema("main.sales"));
    const before = await world.version();
    await assert.rejects(
      world.db.run(async (transaction) => {
        await world.catalog.metastore.createTable(transaction, permit, { name: "undone", columns: [] });
        throw new Error("on purpose");
      }),
      /on purpose/,
    );
    const [facts] = await world.catalog.facts.load([table("main.sales.undone")]);
    assert.deepEqual([facts!.found, facts!.version], [false, before]);
  });

  it("tells a table's columns as they were declared", async () => {
    const found = await world.catalog.metastore.relation(
      await world.enter(root, "table.read_metadata", table("main.sales.orders")),
    );
    assert.equal(found.kind, "table");
    assert.deepEqual(found.columns, [
      { name: "Region", type: "STRING", nullable: true },
      { name: "amount", type: "DECIMAL(10,2)", nullable: false, comment: "in USD" },
    ]);
  });

  it("refuses names that would not be one part of a full name, and those of the server", async () => {
    const permit = await world.enter(root, "catalog.create", root_);
    for (const name of ["", "a.b", "a/b", " a", "a\u0000", "x".repeat(256), "system", "INFORMATION_SCHEMA"]) {
      const refused = await fault(world.catalog.metastore.createCatalog(permit, { name }));
      assert.equal(refused.code, "INVALID_PARAMETER_VALUE", name);
    }
  });

  it("bumps the governance version with a change of grants", async () => {
    const before = await world.version();
    await grant(world, table("main.sales.orders"), "ben@board.org", "BROWSE");
    assert.ok((await world.version()) > before);
  });

  it("refuses a grant to nobody, and of a privilege that cannot reach anything there", async () => {
    const permit = await world.enter(root, "grants.update", fn("main.sales.hide"));
    const change = (principal: string, privilege: "SELECT" | "EXECUTE") =>
      world.catalog.metastore.changeGrants(permit, [{ principal, add: [privilege], remove: [] }]);
    assert.equal((await fault(change("nobody@board.org", "EXECUTE"))).code, "PRINCIPAL_DOES_NOT_EXIST");
    assert.equal((await fault(change("ana@board.org", "SELECT"))).code, "INVALID_PARAMETER_VALUE");
    await change("ana@board.org", "EXECUTE");
  });

  it("shows all grants to whoever may change them, and their own to others", async () => {
    const what = table("main.sales.orders");
    await grant(world, what, "analysts", "SELECT");
    const all = await world.catalog.metastore.grants(await world.enter(root, "grants.read", what));
    assert.deepEqual(
      all.map((one) => one.principal),
      ["analysts", "ben@board.org"],
    );
    const own = await world.catalog.metastore.grants(await world.enter(ana, "grants.read", what));
    assert.deepEqual(own, [{ principal: "analysts", privileges: ["SELECT"] }]);
    const effective = await world.catalog.grants.effective(await world.enter(ana, "grants.read", what));
    assert.deepEqual(effective, [{ principal: "analysts", privileges: [{ privilege: "SELECT" }] }]);
  });

  it("drops what is empty, and with CASCADE all beneath it, telling the tables", async () => {
    await world.catalog.metastore.createSchema(await world.enter(root, "schema.create", catalog("main")), {
      name: "temporary",
    });
    const permit = await world.enter(root, "table.create", schema("main.temporary"));
    const id = await world.db.run((transaction) =>
      world.catalog.metastore.createTable(transaction, permit, { name: "t", columns: [], id: "given-id" }),
    );
    assert.equal(id, "given-id");
    const dropping = await world.enter(root, "schema.delete", schema("main.temporary"));
    assert.equal((await fault(drop(dropping, false))).code, "INVALID_STATE");
    assert.deepEqual(await drop(dropping, true), ["given-id"]);
    const [facts] = await world.catalog.facts.load([table("main.temporary.t")]);
    assert.equal(facts!.found, false);
  });

  it("refuses to drop a function on which a policy rests, naming the table only to whoever knows it", async () => {
    await makeFunction(ana, "mine", "TRUE", false);
    await grant(world, catalog("main"), "account users", "USE_CATALOG", "USE_SCHEMA");
    await makeTable(world, root, "private");
    const policy = await world.enter(root, "table.set_policy", table("main.sales.private"));
    await world.catalog.metastore.setRowFilter(policy, { function: "main.sales.mine", arguments: [] });
    const byAna = await fault(drop(await world.enter(ana, "function.delete", fn("main.sales.mine")), false));
    assert.equal(byAna.code, "INVALID_STATE");
    assert.doesNotMatch(byAna.message, /private/);
    const byRoot = await fault(drop(await world.enter(root, "function.delete", fn("main.sales.mine")), false));
    assert.match(byRoot.message, /main\.sales\.private/);
    await world.catalog.metastore.setRowFilter(policy, null);
    assert.deepEqual(await drop(await world.enter(ana, "function.delete", fn("main.sales.mine")), false), []);
  });

  it("refuses a policy whose function is missing, not executable, or takes other arguments", async () => {
    const permit = await world.enter(root, "table.set_policy", table("main.sales.orders"));
    const set = (name: string, count: number) =>
      world.catalog.metastore.setRowFilter(permit, {
        function: name,
        arguments: Array.from({ length: count }, () => ({ kind: "column", column: "region" }) as const),
      });
    assert.equal((await fault(set("main.sales.absent", 1))).code, "FUNCTION_DOES_NOT_EXIST");
    assert.equal((await fault(set("main.sales.is_mine", 2))).code, "INVALID_PARAMETER_VALUE");
    await makeTable(world, ana, "anas");
    const anas = await world.enter(ana, "table.set_policy", table("main.sales.anas"));
    const denied = world.catalog.metastore.setRowFilter(anas, {
      function: "main.sales.is_mine",
      arguments: [{ kind: "column", column: "region" }],
    });
    assert.equal((await fault(denied)).code, "FUNCTION_DOES_NOT_EXIST");
  });

  it("does not let someone replace another's function or view, or a table by a view", async () => {
    assert.equal((await fault(makeFunction(ana, "hide", "FALSE", true))).code, "FUNCTION_ALREADY_EXISTS");
    await makeView(root, "summary", "SELECT 1 AS n", false);
    assert.equal((await fault(makeView(ana, "summary", "SELECT 2 AS n", true))).code, "TABLE_ALREADY_EXISTS");
    assert.equal((await fault(makeView(root, "orders", "SELECT 2 AS n", true))).code, "INVALID_PARAMETER_VALUE");
  });

  it("makes whoever replaces another's function its owner, so that the text lends only what its writer holds", async () => {
    await makeFunction(root, "shared", "TRUE", false);
    await grant(world, fn("main.sales.shared"), "ana@board.org", "MANAGE");
    await makeFunction(ana, "shared", "FALSE", true);
    const { owner, body } = await world.catalog.metastore.routine(
      await world.enter(root, "function.execute", fn("main.sales.shared")),
    );
    assert.deepEqual([owner, body], ["ana@board.org", "FALSE"]);
  });

  it("keeps a view's grants and forgets its old text when it is replaced", async () => {
    await makeView(ana, "counts", "SELECT 1 AS n", false);
    await grant(world, table("main.sales.counts"), "ben@board.org", "SELECT");
    await makeView(ana, "counts", "SELECT 2 AS n", true);
    const permit = await world.enter(ben, "table.read_data", table("main.sales.counts"));
    const found = await world.catalog.metastore.relation(permit);
    assert.equal(found.kind === "view" && found.text, "SELECT 2 AS n");
    assert.equal(found.owner, "ana@board.org");
  });

  it("lets nobody but an owner of the metastore give a view to somebody whose rights it would then lend", async () => {
    await makeView(ana, "trick", "SELECT * FROM main.sales.private", false);
    const give = async (by: typeof ana, owner: string) =>
      world.catalog.metastore.setOwner(await world.enter(by, "table.update", table("main.sales.trick")), owner);
    assert.equal((await fault(give(ana, "admins"))).code, "PERMISSION_DENIED");
    await give(ana, "analysts");
    await give(root, "root@board.org");
  });

  it("registers warehouses and endpoints, found by id as well, under the workspace", async () => {
    const { securables, facts } = world.catalog;
    await securables.register("WAREHOUSE", "Starter", "wh-1", "admins");
    await securables.register("ENDPOINT", "advisor", "0193c0de-0000-7000-8000-000000000001", "ana@board.org");
    const [house, byName, byId] = await facts.load([
      warehouse("wh-1"),
      endpoint("advisor"),
      endpoint("0193c0de-0000-7000-8000-000000000001"),
    ]);
    assert.deepEqual([house!.found, byName!.found, byId!.found], [true, true, true]);
    assert.equal(byId!.chain[0]!.what.name, "advisor");
    assert.equal(byId!.chain[1]!.what.type, "WORKSPACE");
    const again = await fault(securables.register("ENDPOINT", "advisor", "x", "admins"));
    assert.equal(again.code, "RESOURCE_ALREADY_EXISTS");
    const idLike = await fault(securables.register("ENDPOINT", "0".repeat(32), "y", "admins"));
    assert.equal(idLike.code, "INVALID_PARAMETER_VALUE");
    await securables.unregister(endpoint("advisor"));
    assert.equal((await facts.load([endpoint("advisor")]))[0]!.found, false);
  });
});
