import type { Execute } from "./migration.ts";

/** Who may have personal access tokens: a securable of the workspace. Everybody may, until an administrator says otherwise. */
export async function up(execute: Execute): Promise<void> {
  for (const statement of statements) await execute(statement);
}

const statements = [
  `ALTER TABLE securables DROP CONSTRAINT securables_type_check`,
  `ALTER TABLE securables ADD CONSTRAINT securables_type_check CHECK (type IN
    ('METASTORE', 'CATALOG', 'SCHEMA', 'TABLE', 'FUNCTION', 'TAG_POLICY', 'WORKSPACE', 'WAREHOUSE', 'ENDPOINT', 'AUTHORIZATION'))`,
  `INSERT INTO securables (id, type, full_name, name, parent_id, owner, created_at, created_by, updated_at, updated_by)
    SELECT 'tokens', 'AUTHORIZATION', 'tokens', 'tokens', id, 'admins', now(), 'admins', now(), 'admins'
    FROM securables WHERE type = 'WORKSPACE'`,
  `INSERT INTO securable_grants (securable_id, principal, privilege, granted_at, granted_by)
    VALUES ('tokens', 'account users', 'CAN_USE', now(), 'admins')`,
];
