import type { Described } from "#catalog/mod.ts";
import type { CatalogInfo, SchemaInfo } from "#wire/unity-catalog/catalog.ts";
import type { Site } from "../services.ts";

/** The fields that every securable's resource has. */
export function securableInfo(found: Described, site: Site) {
  return {
    name: found.name,
    full_name: found.full_name,
    owner: found.owner,
    ...(found.comment !== null && { comment: found.comment }),
    metastore_id: site.metastore_id,
    created_at: found.created_at.getTime(),
    created_by: found.created_by,
    updated_at: found.updated_at.getTime(),
    updated_by: found.updated_by,
  };
}

const catalogTypeOf = (catalogName: string): "SYSTEM_CATALOG" | "MANAGED_CATALOG" =>
  catalogName === "system" ? "SYSTEM_CATALOG" : "MANAGED_CATALOG";

export function catalogInfo(found: Described, site: Site): CatalogInfo {
  return {
    ...securableInfo(found, site),
    catalog_type: catalogTypeOf(found.name),
    isolation_mode: "OPEN",
    securable_type: "CATALOG",
  };
}

export function schemaInfo(found: Described, site: Site): SchemaInfo {
  const [catalog_name = ""] = found.full_name.split(".");
  return {
    ...securableInfo(found, site),
    catalog_name,
    catalog_type: catalogTypeOf(catalog_name),
    schema_id: found.id,
  };
}
