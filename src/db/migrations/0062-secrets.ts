import type { Execute } from "./migration.ts";

/** Secret scopes, the secrets in them, sealed, and who may read, write and manage them. */
export async function up(execute: Execute): Promise<void> {
  for (const statement of statements) await execute(statement);
}

const statements = [
  `CREATE TABLE secret_scopes (
    name text PRIMARY KEY CHECK (name <> ''),
    created_at timestamptz NOT NULL
  )`,
  // Two scopes whose names differ in case alone would be taken for one another.
  `CREATE UNIQUE INDEX secret_scopes_name ON secret_scopes (lower(name))`,
  `CREATE TABLE secrets (
    scope text NOT NULL REFERENCES secret_scopes ON DELETE CASCADE,
    key text NOT NULL CHECK (key <> ''),
    data_key_id text NOT NULL REFERENCES data_keys,
    sealed bytea NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
  )`,
  `CREATE TABLE secret_acls (
    scope text NOT NULL REFERENCES secret_scopes ON DELETE CASCADE,
    principal text NOT NULL CHECK (principal <> ''),
    permission text NOT NULL CHECK (permission IN ('READ', 'WRITE', 'MANAGE')),
    PRIMARY KEY (scope, principal)
  )`,
  `CREATE INDEX secret_acls_principal ON secret_acls (principal)`,
];
