import { type DecisionRecord, identityOf, type Obligation, type ScanColumn } from "#kernel/mod.ts";
import { errors } from "#wire/errors.ts";
import { events } from "./events.ts";
import { keyText } from "./line.ts";

interface AuditColumn extends ScanColumn {
  readonly value: (record: DecisionRecord, account_id: string | null) => unknown;
}

/** Version of the audit log's schema that the columns before `decision` follow. */
const SCHEMA_VERSION = "2.0";

const DECISION = [
  "effect:STRING",
  "door:STRING",
  "subject:STRING",
  "viewed_as:STRING",
  "actor:STRING",
  "client:STRING",
  "identity:STRUCT<method:STRING,because:STRING>",
  "action:STRING",
  "securables:ARRAY<STRUCT<type:STRING,name:STRING>>",
  "obligations:ARRAY<STRING>",
  "because:ARRAY<STRUCT<rule:STRING,holds:BOOLEAN,detail:STRING>>",
  "lent_by:ARRAY<STRING>",
  "trace_id:STRING",
  "hop:STRING",
  "permit:INT",
  "rows:BIGINT",
];

const column = (name: string, type: string, value: AuditColumn["value"]): AuditColumn =>
  Object.freeze({ name, type, value });

const nameOf = (record: DecisionRecord): string | null => record.subject?.name ?? null;

const instant = (record: DecisionRecord): string => new Date(record.at_ms).toISOString();

/**
 * The columns of `system.access.audit`, as on Databricks, and `decision`, our own: what was decided and why.
 * Names and codes only; no value of any row, and no policy's text.
 */
export const auditColumns: readonly AuditColumn[] = Object.freeze([
  column("account_id", "STRING", (_, account_id) => account_id),
  column("workspace_id", "STRING", (record) => record.workspace),
  column("version", "STRING", () => SCHEMA_VERSION),
  column("event_time", "TIMESTAMP", instant),
  column("event_date", "DATE", (record) => instant(record).slice(0, "YYYY-MM-DD".length)),
  column("source_ip_address", "STRING", (record) => record.source_ip),
  column("user_agent", "STRING", (record) => record.user_agent),
  column("session_id", "STRING", () => null),
  column("user_identity", "STRUCT<email:STRING,subject_name:STRING>", (record) => ({
    email: nameOf(record),
    subject_name: nameOf(record),
  })),
  column("service_name", "STRING", (record) => events[record.action].service_name),
  column("action_name", "STRING", (record) => events[record.action].action_name),
  column("request_id", "STRING", (record) => record.key.request_id),
  column("request_params", "MAP<STRING,STRING>", parameters),
  column("response", "STRUCT<status_code:INT,error_message:STRING,result:STRING>", response),
  column("audit_level", "STRING", () => "WORKSPACE_LEVEL"),
  column("event_id", "STRING", (record) => keyText(record.key)),
  column("identity_metadata", "STRUCT<run_by:STRING,run_as:STRING>", (record) => ({
    run_by: record.actor?.name ?? nameOf(record),
    run_as: record.viewed_as ?? nameOf(record),
  })),
  column("decision", `STRUCT<${DECISION.join(",")}>`, decision),
]);

function parameters(record: DecisionRecord): Readonly<Record<string, string>> {
  const names = record.what.map((one) => one.name).join(",");
  const types = [...new Set(record.what.map((one) => one.type))].join(",");
  return { [events[record.action].parameter]: names, ...(types && { securable_type: types }) };
}

/** An opening record has no response yet. */
function response(record: DecisionRecord) {
  const code = record.outcome?.error_code ?? null;
  const known = Object.hasOwn(errors, code ?? "") ? errors[code as keyof typeof errors] : undefined;
  const failed = known?.http ?? (record.outcome?.status === "error" ? errors.INTERNAL_ERROR.http : undefined);
  return {
    status_code: failed ?? (record.outcome ? 200 : null),
    error_message: code,
    result: record.outcome?.status ?? null,
  };
}

function decision(record: DecisionRecord) {
  return {
    effect: record.effect,
    door: record.door,
    subject: nameOf(record),
    viewed_as: record.viewed_as ?? null,
    actor: record.actor?.name ?? null,
    client: record.client ?? null,
    identity: record.identity ?? identityOf(record),
    action: record.action,
    securables: record.what.map(({ type, name }) => ({ type, name })),
    obligations: record.obligations.map(obligationName),
    because: record.because.map(({ rule, holds, detail }) => ({ rule, holds, detail })),
    lent_by: record.lent_by.map(({ what, owner }) => `${what.type} ${what.name} as ${owner}`),
    trace_id: record.trace_id,
    hop: record.key.hop,
    permit: record.key.permit,
    rows: record.outcome?.rows ?? null,
  };
}

function obligationName(obligation: Obligation): string {
  return obligation.type === "column_mask"
    ? `column_mask ${obligation.policy} on ${obligation.column}`
    : `row_filter ${obligation.policy}`;
}
