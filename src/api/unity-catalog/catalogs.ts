import { Type } from "typebox";
import { catalog as catalogNamed, metastore } from "#kernel/mod.ts";
import { CatalogInfo, CatalogList } from "#wire/unity-catalog/catalog.ts";
import { paging } from "#wire/unity-catalog/paging.ts";
import { endpoint } from "../endpoint.ts";
import { listVisible } from "./list-visible.ts";
import { refuseFields, refuseNothing, unsupported } from "./refuse.ts";
import { catalogInfo } from "./securable-info.ts";

/** Catalogs. Source: databricks-sdk-py `service/catalog.py` CatalogsAPI. */
const PATH = "/api/2.1/unity-catalog/catalogs";
const name = Type.String({ minLength: 1 });

const notOnCreate = [
  "connection_name",
  "options",
  "properties",
  "provider_name",
  "share_name",
  "storage_root",
] as const;
const notOnUpdate = ["new_name", "isolation_mode", "options", "properties"] as const;

export const listCatalogs = endpoint({
  method: "GET",
  path: PATH,
  scope: "catalog.catalogs:read",
  input: Type.Object({ ...paging }),
  output: CatalogList,
  what: () => metastore,
  action: "metastore.read_metadata",
  run: async (services, permit, input, call) => {
    const list = { type: "CATALOG", see: "catalog.read_metadata", ...input } as const;
    const { items, next } = await listVisible(services, permit, list, call);
    const found = await services.catalog.reads.listCatalogs(permit, items);
    return { catalogs: found.map((one) => catalogInfo(one, services.site)), ...next };
  },
});

export const createCatalog = endpoint({
  method: "POST",
  path: PATH,
  scope: "unity-catalog",
  input: Type.Object({ name, comment: Type.Optional(Type.String()), ...unsupported(notOnCreate) }),
  output: CatalogInfo,
  what: () => metastore,
  action: "catalog.create",
  run: async ({ catalog, gate, site }, permit, input, call) => {
    refuseFields(input, notOnCreate);
    await catalog.metastore.createCatalog(permit, input);
    await using made = await gate.enter(permit.who, "catalog.read_metadata", catalogNamed(input.name), call.doorway);
    const found = catalogInfo(await catalog.reads.catalog(made), site);
    await made.settle({ status: "ok" });
    return found;
  },
});

export const getCatalog = endpoint({
  method: "GET",
  path: `${PATH}/{name}`,
  scope: "catalog.catalogs:read",
  input: Type.Object({ name }),
  output: CatalogInfo,
  what: (input) => catalogNamed(input.name),
  action: "catalog.read_metadata",
  run: async ({ catalog, site }, permit) => catalogInfo(await catalog.reads.catalog(permit), site),
});

export const updateCatalog = endpoint({
  method: "PATCH",
  path: `${PATH}/{name}`,
  scope: "unity-catalog",
  input: Type.Object({
    name,
    owner: Type.Optional(Type.String({ minLength: 1 })),
    comment: Type.Optional(Type.String()),
    ...unsupported(notOnUpdate),
  }),
  output: CatalogInfo,
  what: (input) => catalogNamed(input.name),
  action: "catalog.update",
  run: async ({ catalog, site }, permit, input) => {
    refuseFields(input, notOnUpdate);
    refuseNothing(input, ["owner", "comment"]);
    await catalog.update(permit, input);
    return catalogInfo(await catalog.reads.catalog(permit), site);
  },
});

export const deleteCatalog = endpoint({
  method: "DELETE",
  path: `${PATH}/{name}`,
  scope: "unity-catalog",
  input: Type.Object({ name, force: Type.Optional(Type.Boolean()) }),
  output: Type.Object({}),
  what: (input) => catalogNamed(input.name),
  action: "catalog.delete",
  run: async ({ catalog }, permit, input) => {
    await catalog.remove(permit, { force: input.force ?? false });
    return {};
  },
});
