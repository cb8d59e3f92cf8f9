import type { DecisionRecord, ModelUsage } from "#kernel/mod.ts";
import { gatewayUsage } from "./gateway-usage-columns.ts";
import { type JournalColumn, type JournalTable, journalTable } from "./journal-table.ts";
import { keyText } from "./line.ts";

interface UsageRow {
  readonly record: DecisionRecord;
  readonly usage: ModelUsage;
}

type UsageColumn = JournalColumn<UsageRow>;

const column = (name: string, type: string, value: UsageColumn["value"]): UsageColumn =>
  Object.freeze({ name, type, value });
const string = (name: string, value: UsageColumn["value"]): UsageColumn => column(name, "STRING", value);
const count = (name: string, value: UsageColumn["value"]): UsageColumn => column(name, "BIGINT", value);

const instant = ({ record }: UsageRow): string => new Date(record.at_ms).toISOString();
const ATTEMPTS = "ARRAY<STRUCT<entity:STRING,status:INT>>";
const FINDINGS = "ARRAY<STRUCT<guardrail:STRING,phase:STRING,action:STRING,found:MAP<STRING,INT>>>";

const ALERTS = "ARRAY<STRUCT<budget_id:STRING,budget:STRING,threshold:STRING,scope:STRING>>";

const rowsOf = (record: DecisionRecord): readonly UsageRow[] => {
  const usage = record.outcome?.usage;
  return usage ? [{ record, usage }] : [];
};

/**
 * `system.serving.endpoint_usage`: the columns of Databricks ("Monitor model serving costs", system table reference), and
 * `governance`, our own: for whom, by which agent, which models were tried, what the guardrails saw.
 */
const endpointUsage = journalTable<UsageRow>({
  name: "system.serving.endpoint_usage",
  tells: "usage",
  columns: [
    string("account_id", (_, site) => site?.account_id ?? null),
    string("workspace_id", ({ record }) => record.workspace),
    string("client_request_id", ({ usage }) => usage.client_request_id ?? null),
    string("databricks_request_id", ({ record }) => record.key.request_id),
    string("requester", ({ record }) => record.subject?.name ?? null),
    column("status_code", "INT", ({ usage }) => usage.status_code),
    column("request_time", "TIMESTAMP", instant),
    count("input_token_count", ({ usage }) => usage.input_tokens),
    count("output_token_count", ({ usage }) => usage.output_tokens),
    count("input_character_count", ({ usage }) => usage.input_characters),
    count("output_character_count", ({ usage }) => usage.output_characters),
    column("usage_context", "MAP<STRING,STRING>", ({ usage }) => usage.usage_context ?? null),
    column("request_streaming", "BOOLEAN", ({ usage }) => usage.isStreaming),
    string("served_entity_id", ({ usage }) => usage.served_entity_id ?? null),
    column(
      "governance",
      `STRUCT<endpoint_id:STRING,endpoint_name:STRING,actor:STRING,trace_id:STRING,event_id:STRING,is_estimate:BOOLEAN,cache_hit:BOOLEAN,attempts:${ATTEMPTS},findings:${FINDINGS},budget_alerts:${ALERTS}>`,
      ({ record, usage }) => ({
        endpoint_id: usage.endpoint_id,
        endpoint_name: record.what[0]?.name ?? null,
        actor: record.actor?.name ?? null,
        trace_id: record.trace_id,
        event_id: keyText(record.key),
        is_estimate: usage.isEstimate === true,
        cache_hit: usage.isCacheHit === true,
        attempts: usage.attempts.map(({ entity, status }) => ({ entity, status })),
        findings: usage.findings,
        budget_alerts: usage.budget_alerts ?? [],
      }),
    ),
  ],
  rowsOf,
});

/** What models' answers took, of the same records that tell who asked. */
export const usageTables: readonly JournalTable[] = Object.freeze([endpointUsage, gatewayUsage]);
