import type { ColumnFlow, DecisionRecord, Hop, Lineage, ReadRelation } from "#kernel/mod.ts";
import { type JournalColumn, type JournalTable, journalTable } from "./journal-table.ts";
import { keyText } from "./line.ts";

/** One row of either table: what was read, and in `column_lineage` the column. */
interface LineageRow {
  readonly record: DecisionRecord;
  readonly lineage: Lineage;
  /** Absent where something was written from nothing that is read. */
  readonly source?: ReadRelation;
  readonly flow?: ColumnFlow;
  /** Number of the row among those of its record. */
  readonly place: number;
}

type LineageColumn = JournalColumn<LineageRow>;

const column = (name: string, type: string, value: LineageColumn["value"]): LineageColumn =>
  Object.freeze({ name, type, value });
const string = (name: string, value: LineageColumn["value"]): LineageColumn => column(name, "STRING", value);
const absent = (name: string): LineageColumn => string(name, () => null);

const instant = ({ record }: LineageRow): string => new Date(record.at_ms).toISOString();
const part = (name: string | undefined, i: number): string | null => name?.split(".")[i] ?? null;
const hops = (through: readonly Hop[] = []): readonly string[] => through.map(({ type, name }) => `${type} ${name}`);

const ENTITY = [
  "job_info:STRUCT<job_id:STRING,job_run_id:STRING>",
  "dashboard_id:STRING",
  "legacy_dashboard_id:STRING",
  "notebook_id:STRING",
  "sql_query_id:STRING",
  "dlt_pipeline_info:STRUCT<dlt_pipeline_id:STRING,dlt_update_id:STRING>",
];

/** Nothing here runs in a job, notebook or dashboard. */
const NO_ENTITY = Object.freeze({
  job_info: null,
  dashboard_id: null,
  legacy_dashboard_id: null,
  notebook_id: null,
  sql_query_id: null,
  dlt_pipeline_info: null,
});

const endOf = (
  end: "source" | "target",
  of: (row: LineageRow) => { readonly name: string; readonly type: string } | null | undefined,
): readonly LineageColumn[] => [
  string(`${end}_table_full_name`, (row) => of(row)?.name ?? null),
  string(`${end}_table_catalog`, (row) => part(of(row)?.name, 0)),
  string(`${end}_table_schema`, (row) => part(of(row)?.name, 1)),
  string(`${end}_table_name`, (row) => part(of(row)?.name, 2)),
  absent(`${end}_path`),
  string(`${end}_type`, (row) => of(row)?.type ?? null),
];

const before: readonly LineageColumn[] = [
  string("account_id", (_, site) => site?.account_id ?? null),
  string("metastore_id", (_, site) => site?.metastore_id ?? null),
  string("workspace_id", ({ record }) => record.workspace),
  absent("entity_type"),
  absent("entity_id"),
  absent("entity_run_id"),
  ...endOf("source", ({ source }) => source),
  ...endOf("target", ({ lineage }) => lineage.target),
];

const after: readonly LineageColumn[] = [
  string("created_by", ({ record }) => record.subject?.name ?? null),
  column("event_time", "TIMESTAMP", instant),
  column("event_date", "DATE", (row) => instant(row).slice(0, "YYYY-MM-DD".length)),
  string("record_id", ({ record, place }) => `${keyText(record.key)}/${place}`),
  string("event_id", ({ record }) => keyText(record.key)),
  string("statement_id", ({ lineage }) => lineage.statement_id),
  column("entity_metadata", `STRUCT<${ENTITY.join(",")}>`, () => NO_ENTITY),
  column("direct_access", "BOOLEAN", ({ source }) => source?.through.every((hop) => hop.type !== "VIEW") ?? null),
];

const GOVERNED = ["subject:STRING", "actor:STRING", "client:STRING", "trace_id:STRING", "through:ARRAY<STRING>"];

const governed = ({ record, source, lineage }: LineageRow) => ({
  subject: record.subject?.name ?? null,
  actor: record.actor?.name ?? null,
  client: record.client ?? null,
  trace_id: record.trace_id,
  through: hops(source?.through),
  complete: lineage.cut !== true,
});

const TABLE_POLICIES = ["row_filters:ARRAY<STRING>", "column_masks:ARRAY<STRUCT<column:STRING,policy:STRING>>"];
const COLUMN_POLICIES = ["is_masked:BOOLEAN", "masked_by:ARRAY<STRING>"];

/**
 * `system.access.table_lineage` and `system.access.column_lineage`: the columns of Databricks ("Lineage system tables reference"), and
 * `governance`, our own: who, by which agent or app, through which views and functions, under which policies.
 */
export const lineageTables: readonly JournalTable[] = Object.freeze([
  journalTable<LineageRow>({
    name: "system.access.table_lineage",
    tells: "lineage",
    columns: Object.freeze([
      ...before,
      ...after,
      column("governance", `STRUCT<${[...GOVERNED, "complete:BOOLEAN", ...TABLE_POLICIES].join(",")}>`, (row) => ({
        ...governed(row),
        row_filters: row.source?.row_filters ?? [],
        column_masks: row.source?.column_masks ?? [],
      })),
    ]),
    rowsOf: (record) => {
      const lineage = record.outcome?.lineage;
      if (!lineage) return [];
      const rows = lineage.reads.map((source, place) => ({ record, lineage, source, place }));
      return rows.length > 0 || !lineage.target ? rows : [{ record, lineage, place: 0 }];
    },
  }),
  journalTable<LineageRow>({
    name: "system.access.column_lineage",
    tells: "lineage",
    columns: Object.freeze([
      ...before,
      string("source_column_name", ({ flow }) => flow?.column ?? null),
      string("target_column_name", ({ flow }) => flow?.to ?? null),
      ...after,
      column("governance", `STRUCT<${[...GOVERNED, "complete:BOOLEAN", ...COLUMN_POLICIES].join(",")}>`, (row) => ({
        ...governed(row),
        is_masked: (row.flow?.masked_by.length ?? 0) > 0,
        masked_by: row.flow?.masked_by ?? [],
      })),
    ]),
    rowsOf: (record) => {
      const lineage = record.outcome?.lineage;
      if (!lineage) return [];
      return lineage.columns.map((flow, place) => ({
        record,
        lineage,
        source: lineage.reads[flow.from]!,
        flow,
        place,
      }));
    },
  }),
]);
