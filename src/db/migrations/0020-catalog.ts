import type { Execute } from "./migration.ts";

/** Everything that rights are held on, the rights, and what tables, views, functions and policies are made of. */
export async function up(execute: Execute): Promise<void> {
  await execute(`
    CREATE TABLE securables (
      id text PRIMARY KEY,
      type text NOT NULL CHECK (type IN ('METASTORE', 'CATALOG', 'SCHEMA', 'TABLE', 'FUNCTION', 'WORKSPACE', 'WAREHOUSE', 'ENDPOINT')),
      -- What grants and requests call it: dotted and lower-case in the metastore, a warehouse's id, an endpoint's name.
      full_name text NOT NULL,
      name text NOT NULL,
      parent_id text REFERENCES securables,
      owner text NOT NULL CHECK (owner <> ''),
      comment text,
      created_at timestamptz NOT NULL,
      created_by text NOT NULL,
      updated_at timestamptz NOT NULL,
      updated_by text NOT NULL,
      CHECK ((parent_id IS NULL) = (type IN ('METASTORE', 'WORKSPACE')))
    );
    CREATE UNIQUE INDEX securables_name ON securables (type, full_name);
    CREATE INDEX securables_parent ON securables (parent_id);

    CREATE TABLE securable_grants (
      securable_id text NOT NULL REFERENCES securables ON DELETE CASCADE,
      principal text NOT NULL CHECK (principal <> ''),
      privilege text NOT NULL,
      granted_at timestamptz NOT NULL,
      granted_by text NOT NULL,
      PRIMARY KEY (securable_id, principal, privilege)
    );

    -- The kind of a TABLE: a managed table, a view with its text, or a relation whose rows come from the server itself.
    CREATE TABLE relations (
      id text PRIMARY KEY REFERENCES securables ON DELETE CASCADE,
      kind text NOT NULL CHECK (kind IN ('table', 'view', 'scan')),
      text text,
      "current_catalog" text,
      "current_schema" text,
      CHECK ((kind = 'view') = (text IS NOT NULL)),
      CHECK ((kind = 'view') = ("current_catalog" IS NOT NULL AND "current_schema" IS NOT NULL))
    );

    CREATE TABLE table_columns (
      table_id text NOT NULL REFERENCES relations ON DELETE CASCADE,
      position integer NOT NULL CHECK (position >= 0),
      name text NOT NULL CHECK (name <> ''),
      type text NOT NULL,
      nullable boolean NOT NULL,
      comment text,
      PRIMARY KEY (table_id, position),
      UNIQUE (table_id, name)
    );
    CREATE UNIQUE INDEX table_columns_name ON table_columns (table_id, lower(name));

    CREATE TABLE routines (
      id text PRIMARY KEY REFERENCES securables ON DELETE CASCADE,
      parameters jsonb NOT NULL,
      returns jsonb NOT NULL,
      body text NOT NULL,
      "current_catalog" text NOT NULL,
      "current_schema" text NOT NULL
    );

    -- A function that a policy rests on cannot go: the reference is what refuses it.
    CREATE TABLE row_filters (
      table_id text PRIMARY KEY REFERENCES relations ON DELETE CASCADE,
      function_id text NOT NULL REFERENCES routines,
      arguments jsonb NOT NULL
    );
    CREATE INDEX row_filters_function ON row_filters (function_id);

    CREATE TABLE column_masks (
      table_id text NOT NULL,
      column_name text NOT NULL,
      function_id text NOT NULL REFERENCES routines,
      arguments jsonb NOT NULL,
      PRIMARY KEY (table_id, column_name),
      FOREIGN KEY (table_id, column_name) REFERENCES table_columns (table_id, name) ON DELETE CASCADE
    );
    CREATE INDEX column_masks_function ON column_masks (function_id);

    INSERT INTO securables (id, type, full_name, name, owner, created_at, created_by, updated_at, updated_by) VALUES
      (gen_random_uuid()::text, 'METASTORE', 'metastore', 'metastore', 'admins', now(), 'admins', now(), 'admins'),
      (gen_random_uuid()::text, 'WORKSPACE', 'workspace', 'workspace', 'admins', now(), 'admins', now(), 'admins');
  `);
}
