import { Type } from "typebox";

/** Source: databricks-sdk-py `service/catalog.py` GetMetastoreSummaryResponse. */
export const MetastoreSummary = Type.Object({
  metastore_id: Type.String(),
  global_metastore_id: Type.String(),
  name: Type.String(),
  owner: Type.String(),
  privilege_model_version: Type.String(),
  created_at: Type.Integer(),
  created_by: Type.String(),
  updated_at: Type.Integer(),
  updated_by: Type.String(),
});

/** Source: databricks-sdk-py `service/catalog.py` MetastoreAssignment. The id is a number on the wire. */
export const MetastoreAssignment = Type.Object({
  workspace_id: Type.Integer(),
  metastore_id: Type.String(),
});
