import { type Static, type TSchema, Type } from "typebox";

/** Names of resources and messages (RFC 7643 section 10.3, RFC 7644 section 8.2; the service principal's is Databricks' own). */
export const schemas = Object.freeze({
  user: "urn:ietf:params:scim:schemas:core:2.0:User",
  service_principal: "urn:ietf:params:scim:schemas:core:2.0:ServicePrincipal",
  group: "urn:ietf:params:scim:schemas:core:2.0:Group",
  list: "urn:ietf:params:scim:api:messages:2.0:ListResponse",
});

/** RFC 7644 section 3.4.2. */
export const listOf = <T extends TSchema>(resource: T) =>
  Type.Object({
    schemas: Type.Array(Type.String()),
    totalResults: Type.Integer(),
    startIndex: Type.Integer(),
    itemsPerPage: Type.Integer(),
    Resources: Type.Array(resource),
  });

/** Which attributes an answer has: names parted by commas (RFC 7644 section 3.9). */
export const selection = {
  attributes: Type.Optional(Type.String()),
  excludedAttributes: Type.Optional(Type.String()),
};

/** Parameters of a list. `startIndex` counts from 1. */
export const listQuery = {
  ...selection,
  filter: Type.Optional(Type.String()),
  sortBy: Type.Optional(Type.String()),
  sortOrder: Type.Optional(Type.Union([Type.Literal("ascending"), Type.Literal("descending")])),
  startIndex: Type.Optional(Type.Integer()),
  count: Type.Optional(Type.Integer()),
};

/** RFC 7644 section 3.5.2. `op` in any case, as Entra sends it. */
export const PatchOperation = Type.Object({
  op: Type.String(),
  path: Type.Optional(Type.String()),
  value: Type.Optional(Type.Unknown()),
});
export type PatchOperation = Static<typeof PatchOperation>;
