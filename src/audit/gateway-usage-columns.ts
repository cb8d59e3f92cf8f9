import type { DecisionRecord, ModelUsage } from "#kernel/mod.ts";
import { type JournalColumn, journalTable } from "./journal-table.ts";
import { createPricing } from "./prices/cost.ts";

interface UsageRow {
  readonly record: DecisionRecord;
  readonly usage: ModelUsage;
}

type UsageColumn = JournalColumn<UsageRow>;

/** Version of this table's rows. */
const SCHEMA_VERSION = 1;

const column = (name: string, type: string, value: UsageColumn["value"]): UsageColumn =>
  Object.freeze({ name, type, value });
const string = (name: string, value: UsageColumn["value"]): UsageColumn => column(name, "STRING", value);
const count = (name: string, value: UsageColumn["value"]): UsageColumn => column(name, "BIGINT", value);
const isService = ({ record }: UsageRow): boolean => record.what[0]?.type === "MODEL_SERVICE";

/** Of records that do not tell it themselves. */
const { costOf } = createPricing();

/** All that the caller called the question. */
const tagsOf = ({ usage_context, request_tags }: ModelUsage): Readonly<Record<string, string>> | null =>
  usage_context || request_tags ? { ...usage_context, ...request_tags } : null;

const rowsOf = (record: DecisionRecord): readonly UsageRow[] => {
  const usage = record.outcome?.usage;
  return usage ? [{ record, usage }] : [];
};

/**
 * `system.ai_gateway.usage`: columns of Databricks, as far as their content is documented, and `cost`, our own, by the price list that held.
 * Source of the names: Databricks docs "Monitor usage for AI Gateway endpoints"; types that are not told there are ours.
 */
export const gatewayUsage = journalTable<UsageRow>({
  name: "system.ai_gateway.usage",
  tells: "usage",
  columns: [
    string("account_id", (_, site) => site?.account_id ?? null),
    string("workspace_id", ({ record }) => record.workspace),
    string("request_id", ({ record }) => record.key.request_id),
    column("schema_version", "INT", () => SCHEMA_VERSION),
    string("endpoint_id", (row) => (isService(row) ? null : row.usage.endpoint_id)),
    string("endpoint_name", (row) => (isService(row) ? null : (row.record.what[0]?.name ?? null))),
    column("event_time", "TIMESTAMP", ({ record }) => new Date(record.at_ms).toISOString()),
    count("latency_ms", ({ record }) => record.duration_ms),
    count("time_to_first_byte_ms", ({ usage }) => usage.time_to_first_byte_ms ?? null),
    string("destination_type", ({ usage }) => usage.destination?.provider ?? null),
    string("destination_name", ({ usage }) => usage.destination?.name ?? null),
    string("destination_id", ({ usage }) => usage.served_entity_id ?? null),
    string("destination_model", ({ usage }) => usage.destination?.model ?? null),
    string("requester", ({ record }) => record.subject?.name ?? null),
    string("requester_type", ({ record }) => record.subject?.kind.toUpperCase() ?? null),
    string("ip_address", ({ record }) => record.source_ip),
    string("user_agent", ({ record }) => record.user_agent),
    string("api_type", ({ usage }) => usage.api),
    column("request_tags", "MAP<STRING,STRING>", ({ usage }) => tagsOf(usage)),
    count("input_tokens", ({ usage }) => usage.input_tokens),
    count("output_tokens", ({ usage }) => usage.output_tokens),
    count("total_tokens", ({ usage }) => usage.input_tokens + usage.output_tokens),
    column(
      "token_details",
      "STRUCT<cached_tokens:BIGINT,reasoning_tokens:BIGINT,is_estimate:BOOLEAN>",
      ({ usage }) => ({
        cached_tokens: usage.cached_tokens ?? null,
        reasoning_tokens: usage.reasoning_tokens ?? null,
        is_estimate: usage.isEstimate === true,
      }),
    ),
    string("response_content_type", ({ usage }) => (usage.isStreaming ? "text/event-stream" : "application/json")),
    column("status_code", "INT", ({ usage }) => usage.status_code),
    column(
      "routing_information",
      "STRUCT<cache_hit:BOOLEAN,attempts:ARRAY<STRUCT<destination:STRING,status_code:INT>>>",
      ({ usage }) => ({
        cache_hit: usage.isCacheHit === true,
        attempts: usage.attempts.map(({ entity, status }) => ({ destination: entity, status_code: status })),
      }),
    ),
    string("service_type", (row) => (isService(row) ? "MODEL_SERVICE" : null)),
    string("service_id", (row) => (isService(row) ? row.usage.endpoint_id : null)),
    string("service_name", (row) => (isService(row) ? (row.record.what[0]?.name ?? null) : null)),
    column(
      "cost",
      "STRUCT<usd:DOUBLE,prices_from:STRING>",
      ({ record, usage }) => usage.cost ?? costOf(usage, record.at_ms),
    ),
  ],
  rowsOf,
});
