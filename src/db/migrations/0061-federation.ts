import type { Execute } from "./migration.ts";

/** Federation policies with names, descriptions and keys of their own, also for service principals. */
export async function up(execute: Execute): Promise<void> {
  for (const statement of statements) await execute(statement);
}

const statements = [
  `ALTER TABLE federation_policies RENAME COLUMN id TO uid`,
  `ALTER TABLE federation_policies
    ADD COLUMN policy_id text,
    ADD COLUMN principal_id text REFERENCES principals ON DELETE CASCADE ON UPDATE CASCADE,
    ADD COLUMN description text NOT NULL DEFAULT '',
    ADD COLUMN subject text,
    ADD COLUMN jwks_uri text,
    ADD COLUMN jwks_json text,
    ADD COLUMN updated_at timestamptz`,
  `UPDATE federation_policies SET policy_id = uid, updated_at = created_at`,
  `ALTER TABLE federation_policies
    ALTER COLUMN policy_id SET NOT NULL,
    ALTER COLUMN updated_at SET NOT NULL,
    ADD CHECK ((principal_id IS NULL) = (subject IS NULL)),
    ADD CHECK (subject <> ''),
    ADD CHECK (jwks_uri IS NULL OR jwks_json IS NULL)`,
  `DROP INDEX federation_policies_issuer`,
  // An issuer's tokens name a user by one claim. A service principal may be many subjects of one issuer.
  `CREATE UNIQUE INDEX federation_policies_issuer ON federation_policies (issuer) WHERE principal_id IS NULL`,
  `CREATE UNIQUE INDEX federation_policies_name ON federation_policies (coalesce(principal_id, ''), policy_id)`,
];
