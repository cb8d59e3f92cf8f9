import { Type } from "typebox";
import { schema as schemaNamed, table } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { paging } from "#wire/unity-catalog/paging.ts";
import { TableExists, TableInfo, TableList } from "#wire/unity-catalog/table.ts";
import { endpoint } from "../endpoint.ts";
import { listVisible } from "./list-visible.ts";
import { tableInfo } from "./table-info.ts";

/** Tables and views. Source: databricks-sdk-py `service/catalog.py` TablesAPI. */
const PATH = "/api/2.1/unity-catalog/tables";
const name = Type.String({ minLength: 1 });

export const listTables = endpoint({
  method: "GET",
  path: PATH,
  scope: "catalog.tables:read",
  input: Type.Object({ catalog_name: name, schema_name: name, ...paging }),
  output: TableList,
  what: (input) => schemaNamed(`${input.catalog_name}.${input.schema_name}`),
  action: "schema.read_metadata",
  run: async (services, permit, input, call) => {
    const list = { type: "TABLE", see: "table.read_metadata", ...input } as const;
    const { items, next } = await listVisible(services, permit, list, call);
    const found = await services.catalog.reads.listTables(permit, items);
    const views = items.filter((one) =>
      found.some((each) => each.full_name === one.name && each.definition.kind === "view"),
    );
    const changeable = await services.gate.filter(permit.who, "table.update", views, call.doorway);
    const may = new Set(changeable.map((one) => one.name));
    return { tables: found.map((one) => tableInfo(one, services.site, may.has(one.full_name))), ...next };
  },
});

export const createTable = endpoint({
  method: "POST",
  path: PATH,
  scope: "unity-catalog",
  input: Type.Object({ catalog_name: name, schema_name: name }),
  output: TableInfo,
  what: (input) => schemaNamed(`${input.catalog_name}.${input.schema_name}`),
  action: "table.create",
  run: async () => {
    throw new Fault(
      "NOT_IMPLEMENTED",
      "Making a table by REST is not available on this server: use CREATE TABLE in SQL.",
    );
  },
});

export const getTable = endpoint({
  method: "GET",
  path: `${PATH}/{full_name}`,
  scope: "catalog.tables:read",
  input: Type.Object({ full_name: name }),
  output: TableInfo,
  what: (input) => table(input.full_name),
  action: "table.read_metadata",
  run: async ({ catalog, gate, site }, permit, _input, call) => {
    const found = await catalog.reads.table(permit);
    const views = found.definition.kind === "view" ? [permit.what] : [];
    const changeable = await gate.filter(permit.who, "table.update", views, call.doorway);
    return tableInfo(found, site, changeable.length > 0);
  },
});

/** False for what is missing or hidden, when the caller knows its schema; else the schema's own not-found, as Databricks answers. */
export const tableExists = endpoint({
  method: "GET",
  path: `${PATH}/{full_name}/exists`,
  scope: "catalog.tables:read",
  input: Type.Object({ full_name: name }),
  output: TableExists,
  what: (input) => schemaNamed(input.full_name.slice(0, Math.max(0, input.full_name.lastIndexOf(".")))),
  action: "schema.read_metadata",
  run: async ({ gate }, permit, input, call) => {
    const known = await gate.filter(permit.who, "table.read_metadata", [table(input.full_name)], call.doorway);
    return { table_exists: known.length > 0 };
  },
});

export const deleteTable = endpoint({
  method: "DELETE",
  path: `${PATH}/{full_name}`,
  scope: "unity-catalog",
  input: Type.Object({ full_name: name }),
  output: Type.Object({}),
  what: (input) => table(input.full_name),
  action: "table.delete",
  run: async ({ catalog }, permit) => {
    await catalog.remove(permit, { force: false });
    return {};
  },
});
