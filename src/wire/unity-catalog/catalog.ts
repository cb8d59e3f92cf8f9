import { type Static, Type } from "typebox";

/** Fields that every securable's resource has. Times in milliseconds since the epoch. */
export const securableFields = {
  name: Type.String(),
  full_name: Type.String(),
  owner: Type.String(),
  comment: Type.Optional(Type.String()),
  metastore_id: Type.String(),
  created_at: Type.Integer(),
  created_by: Type.String(),
  updated_at: Type.Integer(),
  updated_by: Type.String(),
};

const catalogType = Type.Union([Type.Literal("MANAGED_CATALOG"), Type.Literal("SYSTEM_CATALOG")]);

/** Source: databricks-sdk-py `service/catalog.py` CatalogInfo. */
export const CatalogInfo = Type.Object({
  ...securableFields,
  catalog_type: catalogType,
  isolation_mode: Type.Literal("OPEN"),
  securable_type: Type.Literal("CATALOG"),
});
export type CatalogInfo = Static<typeof CatalogInfo>;

export const CatalogList = Type.Object({
  catalogs: Type.Array(CatalogInfo),
  next_page_token: Type.Optional(Type.String()),
});

/** Source: databricks-sdk-py `service/catalog.py` SchemaInfo. */
export const SchemaInfo = Type.Object({
  ...securableFields,
  catalog_name: Type.String(),
  catalog_type: catalogType,
  schema_id: Type.String(),
});
export type SchemaInfo = Static<typeof SchemaInfo>;

export const SchemaList = Type.Object({
  schemas: Type.Array(SchemaInfo),
  next_page_token: Type.Optional(Type.String()),
});
