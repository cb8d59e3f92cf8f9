import type { Execute } from "./migration.ts";

/** Governed tags, the tags on securables and columns, and the policies that go by them. */
export async function up(execute: Execute): Promise<void> {
  for (const statement of statements) await execute(statement);
}

const statements = [
  `ALTER TABLE securables DROP CONSTRAINT securables_type_check`,
  `ALTER TABLE securables ADD CONSTRAINT securables_type_check CHECK (type IN
    ('METASTORE', 'CATALOG', 'SCHEMA', 'TABLE', 'FUNCTION', 'TAG_POLICY', 'WORKSPACE', 'WAREHOUSE', 'ENDPOINT'))`,
  // Its key is the securable's name, its description the securable's comment.
  `CREATE TABLE tag_policies (
    id text PRIMARY KEY REFERENCES securables ON DELETE CASCADE,
    allowed_values text[] NOT NULL
  )`,
  // A tag is not tied to its tag policy: most keys are free, and what bears a key keeps it when the key is governed no more.
  `CREATE TABLE securable_tags (
    securable_id text NOT NULL REFERENCES securables ON DELETE CASCADE,
    key text NOT NULL CHECK (key <> ''),
    value text NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by text NOT NULL,
    PRIMARY KEY (securable_id, key)
  )`,
  `CREATE TABLE column_tags (
    table_id text NOT NULL,
    column_name text NOT NULL,
    key text NOT NULL CHECK (key <> ''),
    value text NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by text NOT NULL,
    PRIMARY KEY (table_id, column_name, key),
    FOREIGN KEY (table_id, column_name) REFERENCES table_columns (table_id, name) ON DELETE CASCADE
  )`,
  // A function that a policy rests on cannot go: the reference is what refuses it.
  `CREATE TABLE attribute_policies (
    id text PRIMARY KEY,
    securable_id text NOT NULL REFERENCES securables ON DELETE CASCADE,
    name text NOT NULL CHECK (name <> ''),
    comment text,
    function_id text NOT NULL REFERENCES routines,
    to_principals text[] NOT NULL,
    except_principals text[] NOT NULL,
    "when" jsonb,
    "match" jsonb NOT NULL,
    masks text,
    "using" jsonb NOT NULL,
    -- Every key that the conditions name.
    tag_keys text[] NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by text NOT NULL,
    UNIQUE (securable_id, name)
  )`,
  `CREATE INDEX attribute_policies_function ON attribute_policies (function_id)`,
];
