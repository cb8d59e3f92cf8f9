import { Type } from "typebox";
import { fn, schema as schemaNamed } from "#kernel/mod.ts";
import { FunctionInfo, FunctionList } from "#wire/unity-catalog/function.ts";
import { paging } from "#wire/unity-catalog/paging.ts";
import { endpoint } from "../endpoint.ts";
import { functionInfo } from "./function-info.ts";
import { listVisible } from "./list-visible.ts";

/** Functions. Source: databricks-sdk-py `service/catalog.py` FunctionsAPI. */
const PATH = "/api/2.1/unity-catalog/functions";
const name = Type.String({ minLength: 1 });

export const listFunctions = endpoint({
  method: "GET",
  path: PATH,
  scope: "unity-catalog",
  input: Type.Object({ catalog_name: name, schema_name: name, ...paging }),
  output: FunctionList,
  what: (input) => schemaNamed(`${input.catalog_name}.${input.schema_name}`),
  action: "schema.read_metadata",
  run: async (services, permit, input, call) => {
    const list = { type: "FUNCTION", see: "function.read_metadata", ...input } as const;
    const { items, next } = await listVisible(services, permit, list, call);
    const found = await services.catalog.reads.listFunctions(permit, items);
    const changeable = await services.gate.filter(permit.who, "function.update", items, call.doorway);
    const may = new Set(changeable.map((one) => one.name));
    return { functions: found.map((one) => functionInfo(one, services.site, may.has(one.full_name))), ...next };
  },
});

export const getFunction = endpoint({
  method: "GET",
  path: `${PATH}/{name}`,
  scope: "unity-catalog",
  input: Type.Object({ name }),
  output: FunctionInfo,
  what: (input) => fn(input.name),
  action: "function.read_metadata",
  run: async ({ catalog, gate, site }, permit, _input, call) => {
    const found = await catalog.reads.function(permit);
    const changeable = await gate.filter(permit.who, "function.update", [permit.what], call.doorway);
    return functionInfo(found, site, changeable.length > 0);
  },
});

export const deleteFunction = endpoint({
  method: "DELETE",
  path: `${PATH}/{name}`,
  scope: "unity-catalog",
  input: Type.Object({ name }),
  output: Type.Object({}),
  what: (input) => fn(input.name),
  action: "function.delete",
  run: async ({ catalog }, permit) => {
    await catalog.remove(permit, { force: false });
    return {};
  },
});
