import { assertPermit, type Scan, type ScanColumn } from "#kernel/mod.ts";
import type { EndpointStore, EntityRow } from "./store.ts";

/** The deployment whose endpoints these are. */
export interface ServedSite {
  readonly account_id: string;
  readonly workspace_id: string;
}

interface Column extends ScanColumn {
  readonly value: (row: EntityRow, site: ServedSite) => unknown;
}

const NAME = "system.serving.served_entities";

const column = (name: string, type: string, value: Column["value"]): Column => Object.freeze({ name, type, value });
const string = (name: string, value: Column["value"]): Column => column(name, "STRING", value);

/** Databricks' names of what is served. Source: the system table reference of model serving. */
const entityTypes: Readonly<Record<string, string>> = {
  foundation_model: "FOUNDATION_MODEL",
  external_model: "EXTERNAL_MODEL",
  agent: "CUSTOM_MODEL",
};

/**
 * The columns of Databricks' `system.serving.served_entities`, one row for each entity of each version of an endpoint's
 * configuration; the newest `change_time` is what is served now.
 */
const columns: readonly Column[] = [
  string("served_entity_id", (row) => row.id),
  string("account_id", (_, site) => site.account_id),
  string("workspace_id", (_, site) => site.workspace_id),
  string("created_by", (row) => row.created_by),
  string("endpoint_name", (row) => row.endpoint_name),
  string("endpoint_id", (row) => row.endpoint_id),
  string("served_entity_name", (row) => row.name),
  string("entity_type", (row) => entityTypes[row.entity.kind] ?? null),
  string("entity_name", (row) => row.entity.model ?? row.entity.name),
  string("entity_version", () => "1"),
  column("endpoint_config_version", "INT", (row) => row.config_version),
  string("task", (row) => row.entity.task ?? null),
  column("external_model_config", "STRUCT<provider:STRING>", ({ entity }) =>
    entity.kind === "external_model" ? { provider: entity.provider ?? null } : null,
  ),
  column("foundation_model_config", "STRUCT<name:STRING>", ({ entity }) =>
    entity.kind === "foundation_model" ? { name: entity.model ?? entity.name } : null,
  ),
  column("change_time", "TIMESTAMP", (row) => row.changed_at.toISOString()),
  column("endpoint_delete_time", "TIMESTAMP", (row) => row.endpoint_deleted_at?.toISOString() ?? null),
];

/** `system.serving.served_entities`: all that was ever served, deleted endpoints included. */
export function servedEntitiesScan(store: Pick<EndpointStore, "entities">, site: ServedSite): Scan {
  return {
    name: NAME,
    columns: columns.map(({ name, type }) => ({ name, type })),
    rows: async function* (permit, _who, wanted) {
      assertPermit(permit, "table.read_data");
      if (permit.what.name !== NAME) throw new TypeError(`This needs a permit for ${NAME}.`);
      const shown = wanted.map((each) => {
        const found = columns.find((one) => one.name === each.toLowerCase());
        if (!found) throw new TypeError(`${NAME} has no column ${each}.`);
        return found;
      });
      for await (const page of store.entities()) yield page.map((row) => shown.map((each) => each.value(row, site)));
    },
  };
}
