/**
 * catalog: what there is, who owns it, who may do what with it.
 *
 * Owns: securables, grants and permission levels, definitions of tables, views and functions, tags, the policies
 * bound to tables and to what is above them.
 * Never: decides (the kernel does, on the facts from here), parses SQL, touches a table's rows.
 * Depends on: db (from store/), kernel, wire, base.
 */
export { type Catalog, createCatalogModule } from "./catalog.ts";
export { isPrivilege } from "./grantable.ts";
export type { LevelChange, ObjectAccess } from "./levels.ts";
export type { PrincipalKind } from "./ports.ts";
export type { Described, DescribedFunction, DescribedTable } from "./read.ts";
