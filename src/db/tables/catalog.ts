import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { JsonObject } from "#base/json.ts";
import type { ConditionText, FunctionDefinition, NewPolicy, ParameterDefinition, PolicyArgument } from "#kernel/mod.ts";

export interface SecurablesTable {
  id: string;
  type: string;
  /** Dotted and lower-case in the metastore; a warehouse's id; an endpoint's name. */
  full_name: string;
  name: string;
  parent_id: string | null;
  /** Name of a principal or group. */
  owner: string;
  comment: string | null;
  created_at: ColumnType<Date, Date, never>;
  created_by: string;
  updated_at: Date;
  updated_by: string;
}

export interface SecurableGrantsTable {
  securable_id: string;
  principal: string;
  privilege: string;
  granted_at: ColumnType<Date, Date, never>;
  granted_by: string;
}

/** `text` and `current_*` are a view's. A scan's rows come from the server itself. */
export interface RelationsTable {
  id: string;
  kind: "table" | "view" | "scan";
  text: string | null;
  current_catalog: string | null;
  current_schema: string | null;
}

export interface TableColumnsTable {
  table_id: string;
  /** From 0. */
  position: number;
  name: string;
  type: string;
  nullable: boolean;
  comment: string | null;
}

export interface RoutinesTable {
  id: string;
  parameters: JSONColumnType<readonly ParameterDefinition[]>;
  returns: JSONColumnType<FunctionDefinition["returns"]>;
  body: string;
  language: Generated<"SQL" | "PYTHON">;
  current_catalog: string;
  current_schema: string;
}

/** What a service of a schema does, as the gateway keeps it. */
export interface ServicesTable {
  id: string;
  config: JSONColumnType<JsonObject>;
  version: number;
}

export interface RowFiltersTable {
  table_id: string;
  function_id: string;
  arguments: JSONColumnType<readonly PolicyArgument[]>;
}

export interface ColumnMasksTable {
  table_id: string;
  column_name: string;
  function_id: string;
  arguments: JSONColumnType<readonly PolicyArgument[]>;
}

export interface TagPoliciesTable {
  id: string;
  allowed_values: readonly string[];
}

export interface SecurableTagsTable {
  securable_id: string;
  key: string;
  /** Empty for a key alone. */
  value: string;
  updated_at: Date;
  updated_by: string;
}

export interface ColumnTagsTable {
  table_id: string;
  column_name: string;
  key: string;
  value: string;
  updated_at: Date;
  updated_by: string;
}

export interface AttributePoliciesTable {
  id: string;
  securable_id: string;
  name: string;
  comment: string | null;
  function_id: string;
  to_principals: readonly string[];
  except_principals: readonly string[];
  when: JSONColumnType<ConditionText> | null;
  match: JSONColumnType<NewPolicy["match"]>;
  masks: string | null;
  using: JSONColumnType<NewPolicy["using"]>;
  tag_keys: readonly string[];
  created_at: ColumnType<Date, Date, never>;
  created_by: ColumnType<string, string, never>;
  updated_at: Date;
  updated_by: string;
}

export interface CatalogTables {
  attribute_policies: AttributePoliciesTable;
  tag_policies: TagPoliciesTable;
  securable_tags: SecurableTagsTable;
  column_tags: ColumnTagsTable;
  securables: SecurablesTable;
  securable_grants: SecurableGrantsTable;
  relations: RelationsTable;
  table_columns: TableColumnsTable;
  routines: RoutinesTable;
  services: ServicesTable;
  row_filters: RowFiltersTable;
  column_masks: ColumnMasksTable;
}
