import type { Execute } from "./migration.ts";

/** Principals and their groups, credentials, keys and federation policies. `admins` and `account users` exist from here on. */
export async function up(execute: Execute): Promise<void> {
  for (const statement of statements) await execute(statement);
}

const statements = [
  `CREATE TABLE principals (
    id text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('user', 'service_principal', 'group')),
    name text NOT NULL CHECK (name <> ''),
    display_name text NOT NULL,
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL
  )`,
  // Grants are written to names: no two principals may share one, not even in another case.
  `CREATE UNIQUE INDEX principals_name ON principals (lower(name))`,
  `CREATE TABLE group_members (
    group_id text NOT NULL REFERENCES principals ON DELETE CASCADE,
    member_id text NOT NULL REFERENCES principals ON DELETE CASCADE,
    PRIMARY KEY (group_id, member_id),
    CHECK (group_id <> member_id)
  )`,
  `CREATE INDEX group_members_member ON group_members (member_id)`,
  `CREATE TABLE service_principal_secrets (
    id text PRIMARY KEY,
    principal_id text NOT NULL REFERENCES principals ON DELETE CASCADE,
    hash text NOT NULL UNIQUE,
    scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
  )`,
  `CREATE TABLE personal_access_tokens (
    id text PRIMARY KEY,
    principal_id text NOT NULL REFERENCES principals ON DELETE CASCADE,
    hash text NOT NULL UNIQUE,
    scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
    comment text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
  )`,
  `CREATE TABLE data_keys (
    id text PRIMARY KEY,
    sealed bytea NOT NULL,
    created_at timestamptz NOT NULL
  )`,
  `CREATE TABLE signing_keys (
    kid text PRIMARY KEY,
    data_key_id text NOT NULL REFERENCES data_keys,
    public_jwk jsonb NOT NULL,
    sealed_private bytea NOT NULL,
    created_at timestamptz NOT NULL
  )`,
  `CREATE TABLE federation_policies (
    id text PRIMARY KEY,
    issuer text NOT NULL,
    audiences text[] NOT NULL CHECK (cardinality(audiences) > 0),
    subject_claim text NOT NULL CHECK (subject_claim <> ''),
    created_at timestamptz NOT NULL
  )`,
  `CREATE UNIQUE INDEX federation_policies_issuer ON federation_policies (issuer)`,
  `INSERT INTO principals (id, kind, name, display_name, created_at) VALUES
    (gen_random_uuid()::text, 'group', 'admins', 'admins', now()),
    (gen_random_uuid()::text, 'group', 'account users', 'account users', now())`,
];
