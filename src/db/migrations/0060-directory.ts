import type { Execute } from "./migration.ts";

/**
 * What SCIM says of principals beside their names, and who made a token. Ids of principals become numbers, as clients read
 * service_principal_id, owner_id and created_by_id as 64-bit integers.
 */
export async function up(execute: Execute): Promise<void> {
  for (const statement of statements) await execute(statement);
}

/** A reference that follows when a principal's id changes, which this migration alone does. */
const following = (table: string, column: string): string =>
  `ALTER TABLE ${table} DROP CONSTRAINT ${table}_${column}_fkey,
    ADD FOREIGN KEY (${column}) REFERENCES principals ON DELETE CASCADE ON UPDATE CASCADE`;

const statements = [
  following("group_members", "group_id"),
  following("group_members", "member_id"),
  following("service_principal_secrets", "principal_id"),
  following("personal_access_tokens", "principal_id"),
  `UPDATE principals SET id = (1000000000000000 + floor(random() * 8000000000000000))::bigint::text`,
  `ALTER TABLE principals ADD CHECK (id ~ '^[1-8][0-9]{15}$')`,
  `ALTER TABLE principals
    ADD COLUMN external_id text,
    ADD COLUMN given_name text,
    ADD COLUMN family_name text,
    ADD COLUMN emails jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN entitlements text[] NOT NULL DEFAULT '{}',
    ADD COLUMN roles text[] NOT NULL DEFAULT '{}'`,
  `UPDATE principals SET emails = jsonb_build_array(jsonb_build_object('value', name, 'type', 'work', 'primary', true))
    WHERE kind = 'user'`,
  `ALTER TABLE personal_access_tokens ADD COLUMN created_by text REFERENCES principals ON DELETE SET NULL ON UPDATE CASCADE`,
  `CREATE INDEX personal_access_tokens_principal ON personal_access_tokens (principal_id)`,
  `CREATE INDEX service_principal_secrets_principal ON service_principal_secrets (principal_id)`,
];
