import type { Execute } from "./migration.ts";

/** The authorization server's own state: sessions, codes, refresh tokens, grants; and local passwords with their failed attempts. */
export async function up(execute: Execute): Promise<void> {
  for (const statement of statements) await execute(statement);
}

const statements = [
  // `id` is the digest of what a browser or client holds; the payload, which repeats it, is sealed.
  `CREATE TABLE authorization_models (
    kind text NOT NULL,
    id text NOT NULL,
    uid text,
    grant_id text,
    data_key_id text NOT NULL REFERENCES data_keys,
    sealed bytea NOT NULL,
    consumed_at timestamptz,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (kind, id)
  )`,
  `CREATE INDEX authorization_models_uid ON authorization_models (kind, uid) WHERE uid IS NOT NULL`,
  `CREATE INDEX authorization_models_grant ON authorization_models (grant_id) WHERE grant_id IS NOT NULL`,
  `CREATE INDEX authorization_models_end ON authorization_models (expires_at)`,
  `CREATE TABLE passwords (
    principal_id text PRIMARY KEY REFERENCES principals ON DELETE CASCADE,
    hash text NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    locked_until timestamptz,
    changed_at timestamptz NOT NULL
  )`,
];
