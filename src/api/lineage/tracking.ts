import { type Static, Type } from "typebox";
import type { ColumnNeighbour, Neighbour } from "#audit/mod.ts";
import { type Permit, table } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { ColumnLineage, type ColumnStep, type TableInfo, TableLineage } from "#wire/lineage/tracking.ts";
import { type Call, endpoint } from "../endpoint.ts";
import type { Services } from "../services.ts";
import { refuseFields, unsupported } from "../unity-catalog/refuse.ts";

/** Lineage of one table or column, one step far. Source: Databricks docs, "View data lineage", REST. */
const PATH = "/api/2.0/lineage-tracking";

/** A window of time that some clients ask for: the answer tells of all time. */
const REFUSED = ["start_timestamp", "end_timestamp"];

const named = {
  table_name: Type.String({ minLength: 1 }),
  /** Notebooks, jobs and dashboards: there are none here, so that the answer is the same. */
  include_entity_lineage: Type.Optional(Type.Boolean()),
  ...unsupported(REFUSED),
};

export const tableLineage = endpoint({
  method: "GET",
  path: `${PATH}/table-lineage`,
  scope: "unity-catalog",
  input: Type.Object(named),
  output: TableLineage,
  what: (input) => table(input.table_name),
  action: "table.read_metadata",
  run: async (services, permit, input, call) => {
    refuseFields(input, REFUSED);
    const { upstream, downstream } = await services.audit.lineage.tables(permit);
    const isKnown = await knownAmong(services, permit, [...upstream, ...downstream], call);
    const stepsOf = (found: readonly Neighbour[]) => found.filter(isKnown).map((one) => ({ tableInfo: infoOf(one) }));
    return { upstreams: stepsOf(upstream), downstreams: stepsOf(downstream) };
  },
});

export const columnLineage = endpoint({
  method: "GET",
  path: `${PATH}/column-lineage`,
  scope: "unity-catalog",
  input: Type.Object({ ...named, column_name: Type.String({ minLength: 1 }) }),
  output: ColumnLineage,
  what: (input) => table(input.table_name),
  action: "table.read_metadata",
  run: async (services, permit, input, call) => {
    refuseFields(input, REFUSED);
    const { name, columns } = await services.catalog.metastore.relation(permit);
    if (!columns.some((one) => one.name.toLowerCase() === input.column_name.toLowerCase()))
      throw new Fault("INVALID_PARAMETER_VALUE", `'${name}' has no column '${input.column_name}'.`);
    const { upstream, downstream } = await services.audit.lineage.columns(permit, input.column_name);
    const isKnown = await knownAmong(services, permit, [...upstream, ...downstream], call);
    return {
      upstream_cols: upstream.filter(isKnown).map(columnOf),
      downstream_cols: downstream.filter(isKnown).map(columnOf),
    };
  },
});

/** Lineage is told as far as its ends may be known; those that were dropped since are known to nobody. */
async function knownAmong(
  { gate }: Services,
  permit: Permit<"table.read_metadata">,
  found: readonly Neighbour[],
  call: Call,
): Promise<(one: Neighbour) => boolean> {
  const candidates = [...new Set(found.map((one) => one.name))].map(table);
  const known = await gate.filter(permit.who, "table.read_metadata", candidates, call.doorway);
  const names = new Set(known.map((one) => one.name));
  return (one) => names.has(one.name);
}

function infoOf({ name, type, at }: Neighbour): Static<typeof TableInfo> {
  const [catalog_name = "", schema_name = "", last = ""] = name.split(".");
  return { name: last, catalog_name, schema_name, table_type: type, lineage_timestamp: timestampOf(at) };
}

function columnOf(one: ColumnNeighbour): Static<typeof ColumnStep> {
  const { name: table_name, ...info } = infoOf(one);
  return { ...info, name: one.column, table_name, is_masked: one.masked };
}

/** In whole seconds, as Databricks spells them. */
function timestampOf(at: Date): string {
  return `${at.toISOString().slice(0, "YYYY-MM-DDTHH:MM:SS".length).replace("T", " ")}.0`;
}
