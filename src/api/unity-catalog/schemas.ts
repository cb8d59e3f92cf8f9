import { Type } from "typebox";
import { catalog as catalogNamed, schema as schemaNamed } from "#kernel/mod.ts";
import { SchemaInfo, SchemaList } from "#wire/unity-catalog/catalog.ts";
import { paging } from "#wire/unity-catalog/paging.ts";
import { endpoint } from "../endpoint.ts";
import { listVisible } from "./list-visible.ts";
import { refuseFields, refuseNothing, unsupported } from "./refuse.ts";
import { schemaInfo } from "./securable-info.ts";

/** Schemas. Source: databricks-sdk-py `service/catalog.py` SchemasAPI. */
const PATH = "/api/2.1/unity-catalog/schemas";
const name = Type.String({ minLength: 1 });

const notOnCreate = ["properties", "storage_root"] as const;
const notOnUpdate = ["new_name", "properties"] as const;

export const listSchemas = endpoint({
  method: "GET",
  path: PATH,
  scope: "catalog.schemas:read",
  input: Type.Object({ catalog_name: name, ...paging }),
  output: SchemaList,
  what: (input) => catalogNamed(input.catalog_name),
  action: "catalog.read_metadata",
  run: async (services, permit, input, call) => {
    const list = { type: "SCHEMA", see: "schema.read_metadata", ...input } as const;
    const { items, next } = await listVisible(services, permit, list, call);
    const found = await services.catalog.reads.listSchemas(permit, items);
    return { schemas: found.map((one) => schemaInfo(one, services.site)), ...next };
  },
});

export const createSchema = endpoint({
  method: "POST",
  path: PATH,
  scope: "unity-catalog",
  input: Type.Object({
    name,
    catalog_name: name,
    comment: Type.Optional(Type.String()),
    ...unsupported(notOnCreate),
  }),
  output: SchemaInfo,
  what: (input) => catalogNamed(input.catalog_name),
  action: "schema.create",
  run: async ({ catalog, gate, site }, permit, input, call) => {
    refuseFields(input, notOnCreate);
    await catalog.metastore.createSchema(permit, input);
    const what = schemaNamed(`${input.catalog_name}.${input.name}`);
    await using made = await gate.enter(permit.who, "schema.read_metadata", what, call.doorway);
    const found = schemaInfo(await catalog.reads.schema(made), site);
    await made.settle({ status: "ok" });
    return found;
  },
});

export const getSchema = endpoint({
  method: "GET",
  path: `${PATH}/{full_name}`,
  scope: "catalog.schemas:read",
  input: Type.Object({ full_name: name }),
  output: SchemaInfo,
  what: (input) => schemaNamed(input.full_name),
  action: "schema.read_metadata",
  run: async ({ catalog, site }, permit) => schemaInfo(await catalog.reads.schema(permit), site),
});

export const updateSchema = endpoint({
  method: "PATCH",
  path: `${PATH}/{full_name}`,
  scope: "unity-catalog",
  input: Type.Object({
    full_name: name,
    owner: Type.Optional(Type.String({ minLength: 1 })),
    comment: Type.Optional(Type.String()),
    ...unsupported(notOnUpdate),
  }),
  output: SchemaInfo,
  what: (input) => schemaNamed(input.full_name),
  action: "schema.update",
  run: async ({ catalog, site }, permit, input) => {
    refuseFields(input, notOnUpdate);
    refuseNothing(input, ["owner", "comment"]);
    await catalog.update(permit, input);
    return schemaInfo(await catalog.reads.schema(permit), site);
  },
});

export const deleteSchema = endpoint({
  method: "DELETE",
  path: `${PATH}/{full_name}`,
  scope: "unity-catalog",
  input: Type.Object({ full_name: name, force: Type.Optional(Type.Boolean()) }),
  output: Type.Object({}),
  what: (input) => schemaNamed(input.full_name),
  action: "schema.delete",
  run: async ({ catalog }, permit, input) => {
    await catalog.remove(permit, { force: input.force ?? false });
    return {};
  },
});
