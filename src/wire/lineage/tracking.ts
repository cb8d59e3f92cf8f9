import { Type } from "typebox";

/**
 * Answers of /api/2.0/lineage-tracking. Databricks documents the paths and not the fields; these are what its clients read
 * (ingestion of DataHub and of metadata crawlers): `upstreams[].tableInfo`, `upstream_cols[]`.
 */
const Table = {
  name: Type.String(),
  catalog_name: Type.String(),
  schema_name: Type.String(),
};

/** When rows went that way last, `2026-01-02 03:04:05.0`, UTC. */
const When = { lineage_timestamp: Type.String() };

export const TableInfo = Type.Object({ ...Table, table_type: Type.String(), ...When });

const TableStep = Type.Object({ tableInfo: TableInfo });

export const TableLineage = Type.Object({
  upstreams: Type.Array(TableStep),
  downstreams: Type.Array(TableStep),
});

export const ColumnStep = Type.Object({
  ...Table,
  table_name: Type.String(),
  table_type: Type.String(),
  ...When,
  /** Our own: a mask was seen in the column's stead. */
  is_masked: Type.Boolean(),
});

export const ColumnLineage = Type.Object({
  upstream_cols: Type.Array(ColumnStep),
  downstream_cols: Type.Array(ColumnStep),
});
