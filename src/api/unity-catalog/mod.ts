/**
 * api/unity-catalog: the endpoints of the metastore: catalogs, schemas, tables, functions, services, grants, tags, policies.
 *
 * Owns: their declarations, and the wire's shape of what the catalog knows.
 * Never: reads or changes the catalog but by its module.
 * Depends on: catalog and gateway by Services, kernel, wire.
 */
import type { Endpoint } from "../endpoint.ts";
import { createCatalog, deleteCatalog, getCatalog, listCatalogs, updateCatalog } from "./catalogs.ts";
import { deleteFunction, getFunction, listFunctions } from "./functions.ts";
import { getCurrentAssignment, getMetastoreSummary } from "./metastore.ts";
import { getEffectivePermissions, getPermissions, updatePermissions } from "./permissions.ts";
import { createPolicy, deletePolicy, getPolicy, listPolicies, updatePolicy } from "./policies.ts";
import { createSchema, deleteSchema, getSchema, listSchemas, updateSchema } from "./schemas.ts";
import { serviceEndpoints } from "./services.ts";
import { createTable, deleteTable, getTable, listTables, tableExists } from "./tables.ts";
import {
  createTagAssignment,
  deleteTagAssignment,
  getTagAssignment,
  listTagAssignments,
  updateTagAssignment,
} from "./tag-assignments.ts";
import { createTagPolicy, deleteTagPolicy, getTagPolicy, listTagPolicies, updateTagPolicy } from "./tag-policies.ts";

export const unityCatalogEndpoints: readonly Endpoint[] = Object.freeze([
  getMetastoreSummary,
  getCurrentAssignment,
  listCatalogs,
  createCatalog,
  getCatalog,
  updateCatalog,
  deleteCatalog,
  listSchemas,
  createSchema,
  getSchema,
  updateSchema,
  deleteSchema,
  listTables,
  createTable,
  getTable,
  tableExists,
  deleteTable,
  listFunctions,
  getFunction,
  deleteFunction,
  getPermissions,
  updatePermissions,
  getEffectivePermissions,
  listTagPolicies,
  createTagPolicy,
  getTagPolicy,
  updateTagPolicy,
  deleteTagPolicy,
  createTagAssignment,
  listTagAssignments,
  getTagAssignment,
  updateTagAssignment,
  deleteTagAssignment,
  createPolicy,
  listPolicies,
  getPolicy,
  updatePolicy,
  deletePolicy,
  ...serviceEndpoints,
]);
