import type { ColumnType } from "kysely";

export interface SecretScopesTable {
  name: string;
  created_at: ColumnType<Date, Date, never>;
}

export interface SecretsTable {
  scope: string;
  key: string;
  data_key_id: string;
  sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
  updated_at: Date;
}

/** Who may do what in a scope, by name as all rights are. */
export interface SecretAclsTable {
  scope: string;
  principal: string;
  permission: "READ" | "WRITE" | "MANAGE";
}

export interface SecretTables {
  secret_scopes: SecretScopesTable;
  secrets: SecretsTable;
  secret_acls: SecretAclsTable;
}
