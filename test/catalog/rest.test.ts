import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { permissionsEndpoints } from "#api/permissions/mod.ts";
import { unityCatalogEndpoints } from "#api/unity-catalog/mod.ts";
import { schema, table } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { Endpoint } from "../../src/api/endpoint.ts";
import { ana, ben, type CatalogWorld, catalogWorld, grant, makeSales, makeTable, root } from "./world.ts";

const UC = "/api/2.1/unity-catalog";

function at(method: string, path: string): Endpoint {
  const found = [...unityCatalogEndpoints, ...permissionsEndpoints].find(
    (one) => one.method === method && one.path === path,
  );
  assert.ok(found, `${method} ${path} is declared`);
  return found;
}

async function fault(work: Promise<unknown>): Promise<Fault> {
  try {
    await work;
  } catch (thrown) {
    assert.ok(thrown instanceof Fault, String(thrown));
    return thrown;
  }
  throw new Error("It was done.");
}

describe("the Unity Catalog and permissions endpoints", () => {
  let world: CatalogWorld;
  before(async () => {
    world = await catalogWorld();
    await makeSales(world);
    await makeTable(world, root, "secrets");
    await grant(world, schema("main.sales"), "analysts", "USE_SCHEMA");
    await grant(world, table("main.sales.orders"), "analysts", "SELECT");
    await grant(world, { type: "FUNCTION", name: "main.sales.hide" }, "analysts", "EXECUTE");
  });
  after(() => world[Symbol.asyncDispose]());
  const call = (method: string, path: string, by = root, input: object = {}) => world.call(at(method, path), by, input);

  it("makes, changes, tells and deletes a catalog", async () => {
    const made = await call("POST", `${UC}/catalogs`, root, { name: "Lab", comment: "for tests" });
    assert.deepEqual(
      [made.name, made.full_name, made.owner, made.catalog_type, made.metastore_id],
      ["lab", "lab", "root@board.org", "MANAGED_CATALOG", "the-metastore"],
    );
    assert.equal(typeof made.created_at, "number");
    const changed = await call("PATCH", `${UC}/catalogs/{name}`, root, { name: "lab", owner: "analysts", comment: "" });
    assert.deepEqual([changed.owner, changed.comment], ["analysts", ""]);
    const twice = await fault(call("POST", `${UC}/catalogs`, root, { name: "LAB" }));
    assert.equal(twice.code, "CATALOG_ALREADY_EXISTS");
    const refused = await fault(call("PATCH", `${UC}/catalogs/{name}`, root, { name: "lab", new_name: "x" }));
    assert.equal(refused.code, "NOT_IMPLEMENTED");
    await call("DELETE", `${UC}/catalogs/{name}`, root, { name: "lab" });
    const gone = await fault(call("GET", `${UC}/catalogs/{name}`, root, { name: "lab" }));
    assert.equal(gone.code, "CATALOG_DOES_NOT_EXIST");
  });

  it("makes a schema, and deletes it with what is in it only by force", async () => {
    const made = await call("POST", `${UC}/schemas`, root, { catalog_name: "main", name: "lab" });
    assert.deepEqual([made.full_name, made.catalog_name], ["main.lab", "main"]);
    const permit = await world.enter(root, "table.create", schema("main.lab"));
    const id = await world.db.run((transaction) =>
      world.catalog.metastore.createTable(transaction, permit, { name: "t", columns: [] }),
    );
    const kept = await fault(call("DELETE", `${UC}/schemas/{full_name}`, root, { full_name: "main.lab" }));
    assert.equal(kept.code, "INVALID_STATE");
    await call("DELETE", `${UC}/schemas/{full_name}`, root, { full_name: "main.lab", force: true });
    assert.ok(world.forgotten.includes(id), "the table store is told");
  });

  it("lists what the caller may know, page by page, without a trace of the rest", async () => {
    const input = { catalog_name: "main", schema_name: "sales" };
    const path = `${UC}/tables`;
    const seen = await call("GET", path, ana, input);
    assert.deepEqual(
      (seen.tables as { name: string }[]).map((one) => one.name),
      ["orders"],
    );
    assert.equal("next_page_token" in (await call("GET", path, ana, { ...input, max_results: 1 })), false);
    const first = await call("GET", path, root, { ...input, max_results: 1 });
    const second = await call("GET", path, root, { ...input, max_results: 1, page_token: first.next_page_token });
    assert.deepEqual(
      (second.tables as { name: string }[]).map((one) => one.name),
      ["secrets"],
    );
    assert.equal("next_page_token" in second, false);
    const wrong = await fault(call("GET", path, root, { ...input, page_token: "!" }));
    assert.equal(wrong.code, "INVALID_PARAMETER_VALUE");
  });

  it("tells a table with its policies by name, and a view's text to whoever may change it", async () => {
    const policy = await world.enter(root, "table.set_policy", table("main.sales.orders"));
    const { metastore } = world.catalog;
    await metastore.setColumnMask(policy, "region", { function: "main.sales.hide", arguments: [] });
    const argument = { kind: "column", column: "region" } as const;
    await metastore.setRowFilter(policy, { function: "main.sales.is_mine", arguments: [argument] });
    const found = await call("GET", `${UC}/tables/{full_name}`, ana, { full_name: "main.sales.ORDERS" });
    assert.deepEqual(found.row_filter, {
      function_name: "main.sales.is_mine",
      input_column_names: ["Region"],
      input_arguments: [{ column: "Region" }],
    });
    const [region, amount] = found.columns as Record<string, unknown>[];
    assert.deepEqual((region!.mask as { function_name: string }).function_name, "main.sales.hide");
    assert.deepEqual(
      [amount!.type_text, amount!.type_name, amount!.type_precision, amount!.type_scale],
      ["decimal(10,2)", "DECIMAL", 10, 2],
    );
    const creating = await world.enter(root, "table.create", schema("main.sales"));
    const view = { name: "v", text: "SELECT 1", columns: [], replace: false, current: ["main", "sales"] } as const;
    await metastore.createView(creating, view);
    await grant(world, table("main.sales.v"), "analysts", "SELECT");
    const path = `${UC}/tables/{full_name}`;
    assert.equal((await call("GET", path, root, { full_name: "main.sales.v" })).view_definition, "SELECT 1");
    assert.equal("view_definition" in (await call("GET", path, ana, { full_name: "main.sales.v" })), false);
  });

  it("says that a hidden table does not exist to whoever knows its schema", async () => {
    const exists = (by: typeof ana, full_name: string) =>
      call("GET", `${UC}/tables/{full_name}/exists`, by, { full_name });
    assert.deepEqual(await exists(ana, "main.sales.orders"), { table_exists: true });
    assert.deepEqual(await exists(ana, "main.sales.secrets"), { table_exists: false });
    assert.equal((await fault(exists(ben, "main.sales.orders"))).code, "SCHEMA_DOES_NOT_EXIST");
  });

  it("tells a function's parameters and comment to whoever knows it, and its text to whoever may change it", async () => {
    const path = `${UC}/functions/{name}`;
    const known = await call("GET", path, ana, { name: "main.sales.hide" });
    assert.deepEqual([known.comment, known.data_type], ["Hides a value.", "STRING"]);
    const { parameters } = known.input_params as { parameters: { name: string; type_name: string }[] };
    assert.deepEqual(
      parameters.map((one) => [one.name, one.type_name]),
      [["value", "STRING"]],
    );
    assert.equal("routine_definition" in known, false);
    assert.equal((await call("GET", path, root, { name: "main.sales.hide" })).routine_definition, "TRUE");
    const listed = await call("GET", `${UC}/functions`, ana, { catalog_name: "main", schema_name: "sales" });
    assert.deepEqual(
      (listed.functions as { name: string }[]).map((one) => one.name),
      ["hide"],
    );
    const refused = await fault(call("DELETE", path, ana, { name: "main.sales.hide" }));
    assert.equal(refused.code, "PERMISSION_DENIED");
  });

  it("changes grants by their words, and tells where inherited ones come from", async () => {
    const target = { securable_type: "table", full_name: "main.sales.secrets" };
    const changes = [{ principal: "ben@board.org", add: ["SELECT"], remove: ["MODIFY"] }];
    const path = `${UC}/permissions/{securable_type}/{full_name}`;
    const after_ = await call("PATCH", path, root, { ...target, changes });
    assert.deepEqual(after_, { privilege_assignments: [{ principal: "ben@board.org", privileges: ["SELECT"] }] });
    await grant(world, { type: "CATALOG", name: "main" }, "ben@board.org", "MODIFY");
    const effective = await call("GET", path.replace("/permissions", "/effective-permissions"), root, target);
    assert.deepEqual(effective.privilege_assignments, [
      {
        principal: "ben@board.org",
        privileges: [
          { privilege: "SELECT" },
          { privilege: "MODIFY", inherited_from_type: "CATALOG", inherited_from_name: "main" },
        ],
      },
    ]);
    const wrong = await fault(call("PATCH", path, root, { ...target, changes: [{ principal: "x", add: ["FLY"] }] }));
    assert.equal(wrong.code, "INVALID_PARAMETER_VALUE");
    const volume = await fault(call("GET", path, root, { ...target, securable_type: "volume" }));
    assert.equal(volume.code, "INVALID_PARAMETER_VALUE");
  });

  it("tells the metastore and its assignment", async () => {
    assert.equal((await call("GET", `${UC}/metastore_summary`, ben)).metastore_id, "the-metastore");
    const assignment = await call("GET", `${UC}/current-metastore-assignment`, ben);
    assert.deepEqual(assignment, { workspace_id: 1234, metastore_id: "the-metastore" });
  });

  it("refuses to make a table by REST, and says how it is made", async () => {
    const refused = await fault(call("POST", `${UC}/tables`, root, { catalog_name: "main", schema_name: "sales" }));
    assert.equal(refused.code, "NOT_IMPLEMENTED");
    assert.match(refused.message, /CREATE TABLE/);
  });

  it("reads, sets and replaces permission levels of a serving endpoint by its id", async () => {
    const id = "0193c0de-0000-7000-8000-000000000002";
    await world.catalog.securables.register("ENDPOINT", "advisor", id, "ana@board.org");
    const path = "/api/2.0/permissions/serving-endpoints/{id}";
    const query = [{ group_name: "account users", permission_level: "CAN_QUERY" }];
    const set = await call("PATCH", path, ana, { id, access_control_list: query });
    assert.deepEqual(set, {
      object_id: `/serving-endpoints/${id}`,
      object_type: "serving-endpoint",
      access_control_list: [
        { user_name: "ana@board.org", all_permissions: [{ permission_level: "CAN_MANAGE", inherited: false }] },
        { group_name: "account users", all_permissions: [{ permission_level: "CAN_QUERY", inherited: false }] },
        {
          group_name: "admins",
          all_permissions: [
            { permission_level: "CAN_MANAGE", inherited: true, inherited_from_object: ["/serving-endpoints/"] },
          ],
        },
      ],
    });
    await world.enter(ben, "endpoint.query", { type: "ENDPOINT", name: "advisor" });
    const own = await call("GET", path, ben, { id: "advisor" });
    assert.equal((own.access_control_list as unknown[]).length, 1);
    assert.equal((await fault(call("PATCH", path, ben, { id, access_control_list: query }))).code, "PERMISSION_DENIED");
    await call("PUT", path, ana, { id, access_control_list: [] });
    const hidden = await fault(world.enter(ben, "endpoint.query", { type: "ENDPOINT", name: "advisor" }));
    assert.equal(hidden.code, "RESOURCE_DOES_NOT_EXIST");
    const bad = [{ user_name: "ana@board.org", group_name: "analysts", permission_level: "CAN_QUERY" }];
    assert.equal(
      (await fault(call("PATCH", path, ana, { id, access_control_list: bad }))).code,
      "INVALID_PARAMETER_VALUE",
    );
    const use = [{ user_name: "ben@board.org", permission_level: "CAN_USE" }];
    assert.equal(
      (await fault(call("PATCH", path, ana, { id, access_control_list: use }))).code,
      "INVALID_PARAMETER_VALUE",
    );
    const kind = [{ user_name: "analysts", permission_level: "CAN_QUERY" }];
    assert.equal(
      (await fault(call("PATCH", path, ana, { id, access_control_list: kind }))).code,
      "RESOURCE_DOES_NOT_EXIST",
    );
    const levels = await call("GET", `${path}/permissionLevels`, ana, { id });
    assert.equal((levels.permission_levels as unknown[]).length, 3);
  });
});
