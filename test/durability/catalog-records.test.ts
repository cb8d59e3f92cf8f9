import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createAudit } from "#audit/mod.ts";
import { silentLog } from "#base/log.ts";
import { systemClock } from "#host/mod.ts";
import {
  type Action,
  catalog as catalogNamed,
  type Doorway,
  fn,
  Gate,
  metastore,
  type Permit,
  schema,
  table,
  type What,
} from "#kernel/mod.ts";
import { catalogWorld, doorway, makeSales, root } from "../catalog/world.ts";

test("every change of the catalog is on record by the time it is in force, also when the server ends right after it", async () => {
  await using world = await catalogWorld();
  await makeSales(world);
  const data_dir = mkdtempSync(join(tmpdir(), "lakeward-records-"));
  const audit = await createAudit({ db: world.db, log: silentLog, data_dir });
  const { catalog } = world;
  // Of a server that is killed right after the change was committed nothing ever reaches the journal.
  const gate = new Gate({
    facts: catalog.facts,
    groups: { namesFor: async (name) => new Set([name]) },
    audit: { append: () => new Promise(() => {}), appendIn: audit.sink.appendIn },
    clock: systemClock,
  });
  const recorded = async (passage: Doorway): Promise<readonly string[]> => {
    const rows = await world.db.kysely.selectFrom("audit_record").select("record").execute();
    const { request_id } = passage.request;
    return rows
      .map(({ record }) => record)
      .filter(({ key }) => key.request_id === request_id)
      .map(({ action }) => action);
  };
  const change = async <A extends Action>(action: A, what: What, work: (permit: Permit<A>) => Promise<unknown>) => {
    const passage = doorway();
    await work(await gate.enter(root, action, what, passage));
    assert.deepEqual(await recorded(passage), [action]);
  };
  const sales = schema("main.sales");
  const orders = table("main.sales.orders");
  const filter = { function: "main.sales.is_mine", arguments: [{ kind: "column", column: "Region" } as const] };
  const { metastore: made, grants: _reads, levels, update } = catalog;
  await change("catalog.create", metastore, (permit) => made.createCatalog(permit, { name: "other" }));
  await change("schema.create", catalogNamed("main"), (permit) => made.createSchema(permit, { name: "other" }));
  await change("table.create", sales, (permit) =>
    made.createView(permit, {
      ...{ name: "v", columns: [{ name: "n", type: "INT", nullable: true }], text: "SELECT 1 AS n" },
      ...{ current: ["main", "sales"], replace: false },
    }),
  );
  await change("function.create", sales, (permit) =>
    made.createFunction(permit, {
      ...{ name: "one", parameters: [], returns: { kind: "scalar", type: "INT" }, body: "1" },
      ...{ current: ["main", "sales"], replace: false },
    }),
  );
  await change("table.set_policy", orders, (permit) => made.setRowFilter(permit, filter));
  await change("table.set_policy", orders, (permit) =>
    made.setColumnMask(permit, "Region", { function: "main.sales.hide", arguments: [] }),
  );
  await change("grants.update", orders, (permit) =>
    made.changeGrants(permit, [{ principal: "ana@board.org", add: ["SELECT"], remove: [] }]),
  );
  await change("function.update", fn("main.sales.one"), (permit) => made.setOwner(permit, "analysts"));
  await change("table.update", orders, (permit) => update(permit, { comment: "all of them" }));
  await change("catalog.delete", catalogNamed("other"), (permit) => catalog.remove(permit, { force: false }));
  await catalog.securables.register("WAREHOUSE", "w", "0123456789abcdef", root.subject.name);
  await change("permissions.update", { type: "WAREHOUSE", name: "0123456789abcdef" }, (permit) =>
    levels.update(permit, [{ principal: "ana@board.org", kind: "user", level: "CAN_USE" }]),
  );
  await audit.close();
  rmSync(data_dir, { recursive: true, force: true });
});

test("a table made with policies is there with all of them, or not at all", async () => {
  await using world = await catalogWorld();
  await makeSales(world);
  const { catalog, db, enter } = world;
  const columns = [{ name: "region", type: "STRING", nullable: true }];
  const make = async (name: string, mask: string) => {
    const permit = await enter(root, "table.create", schema("main.sales"));
    await db.run((transaction) =>
      catalog.metastore.createTable(transaction, permit, {
        ...{ name, columns },
        row_filter: { function: "main.sales.is_mine", arguments: [{ kind: "column", column: "region" }] },
        masks: [{ column: "region", mask: { function: mask, arguments: [] } }],
      }),
    );
  };
  const factsOf = async (name: string) => (await catalog.facts.load([table(`main.sales.${name}`)]))[0]!;
  await assert.rejects(make("half", "main.sales.no_such_mask"), /does not exist/);
  assert.equal((await factsOf("half")).found, false);
  await make("whole", "main.sales.hide");
  assert.deepEqual(
    (await factsOf("whole")).policies.map(({ type }) => type),
    ["row_filter", "column_mask"],
  );
});
