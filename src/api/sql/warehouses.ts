import { Type } from "typebox";
import { warehouse, workspace } from "#kernel/mod.ts";
import { Warehouse, WarehouseList } from "#wire/sql/warehouse.ts";
import { endpoint } from "../endpoint.ts";

/** SQL warehouses. Source: Databricks REST reference, /api/2.0/sql/warehouses. */
const PATH = "/api/2.0/sql/warehouses";

export const listWarehouses = endpoint({
  method: "GET",
  path: PATH,
  scope: "sql.warehouses:read",
  input: Type.Object({}),
  output: WarehouseList,
  what: () => workspace,
  action: "warehouse.list",
  run: async ({ gate, sql }, permit, _input, call) => {
    const candidates = sql.warehouses.candidates(permit);
    const known = await gate.filter(permit.who, "warehouse.read_metadata", candidates, call.doorway);
    return { warehouses: known.map((one) => sql.warehouses.named(one)) };
  },
});

export const getWarehouse = endpoint({
  method: "GET",
  path: `${PATH}/{id}`,
  scope: "sql.warehouses:read",
  input: Type.Object({ id: Type.String({ minLength: 1 }) }),
  output: Warehouse,
  what: (input) => warehouse(input.id),
  action: "warehouse.read_metadata",
  run: async ({ sql }, permit) => sql.warehouses.get(permit),
});
