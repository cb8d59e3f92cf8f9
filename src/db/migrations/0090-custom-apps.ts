import type { Execute } from "./migration.ts";

/** OAuth apps that administrators registered. */
export async function up(execute: Execute): Promise<void> {
  await execute(`CREATE TABLE custom_apps (
    integration_id text PRIMARY KEY,
    client_id text NOT NULL UNIQUE,
    name text NOT NULL UNIQUE CHECK (name <> ''),
    redirect_urls text[] NOT NULL CHECK (cardinality(redirect_urls) > 0),
    scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
    access_token_s integer NOT NULL CHECK (access_token_s > 0),
    refresh_token_s integer NOT NULL CHECK (refresh_token_s > 0),
    data_key_id text REFERENCES data_keys,
    sealed_secret bytea,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK ((data_key_id IS NULL) = (sealed_secret IS NULL))
  )`);
}
