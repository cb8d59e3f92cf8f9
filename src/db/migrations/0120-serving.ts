import type { Execute } from "./migration.ts";

/**
 * Endpoints that serve models of other providers, what the gateway does for each endpoint, and every served entity that there
 * ever was, for `system.serving.served_entities`. The journal's records of answers are found by an index of their own.
 */
export async function up(execute: Execute): Promise<void> {
  await execute(`
    ALTER TABLE serving_endpoints DROP CONSTRAINT serving_endpoints_kind_check;
    ALTER TABLE serving_endpoints ADD CONSTRAINT serving_endpoints_kind_check
      CHECK (kind IN ('foundation_model', 'external_model', 'agent'));
    ALTER TABLE serving_endpoints ADD COLUMN config_version integer NOT NULL DEFAULT 1;
    ALTER TABLE serving_endpoints ADD COLUMN ai_gateway jsonb NOT NULL DEFAULT '{}';
    ALTER TABLE serving_endpoints ADD COLUMN tags jsonb NOT NULL DEFAULT '[]';

    CREATE TABLE served_entities (
      number bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
      id text NOT NULL,
      endpoint_id text NOT NULL,
      endpoint_name text NOT NULL,
      config_version integer NOT NULL,
      name text NOT NULL,
      entity jsonb NOT NULL,
      created_by text NOT NULL,
      changed_at timestamptz NOT NULL,
      endpoint_deleted_at timestamptz
    );
    CREATE INDEX audit_record_usage ON audit_record (number) WHERE record #> '{outcome,usage}' IS NOT NULL;
    CREATE INDEX served_entities_endpoint ON served_entities (endpoint_id);

    INSERT INTO served_entities (id, endpoint_id, endpoint_name, config_version, name, entity, created_by, changed_at)
    SELECT md5(id || coalesce(config ->> 'model', name)), id, name, 1, coalesce(config ->> 'model', name),
      jsonb_build_object('kind', kind, 'name', coalesce(config ->> 'model', name)), creator, updated_at
    FROM serving_endpoints;
  `);
}
