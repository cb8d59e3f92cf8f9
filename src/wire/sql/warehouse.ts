import { type Static, Type } from "typebox";

/** A SQL warehouse. Source: databricks-sdk-py `service/sql.py`, EndpointInfo and GetWarehouseResponse. */
export const Warehouse = Type.Object({
  id: Type.String(),
  name: Type.String(),
  state: Type.Literal("RUNNING"),
  cluster_size: Type.String(),
  min_num_clusters: Type.Integer(),
  max_num_clusters: Type.Integer(),
  num_clusters: Type.Integer(),
  auto_stop_mins: Type.Integer(),
  warehouse_type: Type.Literal("PRO"),
  enable_serverless_compute: Type.Boolean(),
  creator_name: Type.Optional(Type.String()),
});

export const WarehouseList = Type.Object({ warehouses: Type.Array(Warehouse) });

export type Warehouse = Static<typeof Warehouse>;
