import { Type } from "typebox";
import { metastore } from "#kernel/mod.ts";
import { MetastoreAssignment, MetastoreSummary } from "#wire/unity-catalog/metastore.ts";
import { endpoint } from "../endpoint.ts";

/** The one metastore. Source: databricks-sdk-py `service/catalog.py` MetastoresAPI. */
export const getMetastoreSummary = endpoint({
  method: "GET",
  path: "/api/2.1/unity-catalog/metastore_summary",
  scope: "catalog.catalogs:read",
  input: Type.Object({}),
  output: MetastoreSummary,
  what: () => metastore,
  action: "metastore.read_metadata",
  run: async ({ catalog, site }, permit) => {
    const found = await catalog.reads.metastore(permit);
    return {
      metastore_id: site.metastore_id,
      global_metastore_id: `lakeward:${site.metastore_id}`,
      name: site.workspace_name,
      owner: found.owner,
      privilege_model_version: "1.0",
      created_at: found.created_at.getTime(),
      created_by: found.created_by,
      updated_at: found.updated_at.getTime(),
      updated_by: found.updated_by,
    };
  },
});

export const getCurrentAssignment = endpoint({
  method: "GET",
  path: "/api/2.1/unity-catalog/current-metastore-assignment",
  scope: "catalog.catalogs:read",
  input: Type.Object({}),
  output: MetastoreAssignment,
  what: () => metastore,
  action: "metastore.read_metadata",
  run: async ({ site }) => ({ workspace_id: Number(site.workspace_id), metastore_id: site.metastore_id }),
});
