import { type DecisionRecord, type Permit, permitSpanId } from "#kernel/mod.ts";
import type { DatabricksOutput, TraceSpan } from "#wire/serving/responses.ts";

/** A span of the trace is a permit: the hop's door, action, securable, effect, and its obligations by name. */
interface Hop {
  readonly id: string;
  readonly parent: string | null;
  readonly name: string;
  readonly start_ms: number;
  readonly end_ms: number;
  readonly error?: string;
  readonly attributes: TraceSpan["attributes"];
}

/**
 * The trace of one invocation: its own permit as the root, beneath it those records of its trace id that were made since for
 * the same subject with this agent as the actor. Another request under the same trace id stays out.
 */
export function traceOf(
  permit: Permit<"endpoint.query">,
  started_ms: number,
  now_ms: number,
  records: readonly DecisionRecord[],
): DatabricksOutput {
  const { trace_id, request_id } = permit.doorway.request;
  const own = records.filter(
    (one) =>
      one.at_ms >= started_ms &&
      one.subject?.id === permit.who.subject.id &&
      one.actor?.name === permit.what.name &&
      one.key.phase === "closing",
  );
  const root: Hop = {
    id: permitSpanId({ request_id, hop: permit.doorway.hop, permit: permit.number }),
    parent: null,
    name: `agent ${permit.what.name}`,
    start_ms: started_ms,
    end_ms: now_ms,
    attributes: {
      door: permit.doorway.door,
      action: permit.action,
      securables: [`${permit.what.type} ${permit.what.name}`],
      effect: "permit",
      obligations: permit.obligations.map((one) => one.policy),
    },
  };
  return {
    trace: {
      info: {
        trace_id: `tr-${trace_id}`,
        client_request_id: request_id,
        trace_location: { type: "INFERENCE_TABLE", inference_table: { full_table_name: "system.access.audit" } },
        request_time: new Date(started_ms).toISOString(),
        execution_duration: `${((now_ms - started_ms) / 1000).toFixed(3)}s`,
        state: own.some((one) => one.outcome?.status === "error") ? "ERROR" : "OK",
        trace_metadata: { subject: permit.who.subject.name, agent: permit.what.name },
        tags: {},
      },
      data: { spans: [root, ...own.map((one) => hopOf(one, root.id))].map((hop) => spanOf(hop, trace_id)) },
    },
    databricks_request_id: request_id,
  };
}

function hopOf(record: DecisionRecord, parent: string): Hop {
  return {
    id: permitSpanId(record.key),
    parent,
    name: `${record.door} ${record.action}`,
    start_ms: record.at_ms,
    end_ms: record.at_ms + record.duration_ms,
    ...(record.outcome?.error_code !== undefined && { error: record.outcome.error_code }),
    attributes: {
      door: record.door,
      action: record.action,
      securables: record.what.map((one) => `${one.type} ${one.name}`),
      effect: record.effect,
      ...(record.identity && { identity: record.identity.method }),
      obligations: record.obligations.map((one) => one.policy),
      obligation_types: record.obligations.map((one) => one.type),
      lent_by: record.lent_by.map((one) => `${one.what.name} as ${one.owner}`),
    },
  };
}

function spanOf(hop: Hop, trace_id: string): TraceSpan {
  const nanoseconds = (ms: number): string => `${Math.round(ms)}000000`;
  return {
    trace_id,
    span_id: hop.id,
    parent_span_id: hop.parent,
    name: hop.name,
    start_time_unix_nano: nanoseconds(hop.start_ms),
    end_time_unix_nano: nanoseconds(hop.end_ms),
    status: { code: hop.error === undefined ? "STATUS_CODE_OK" : "STATUS_CODE_ERROR", message: hop.error ?? "" },
    attributes: hop.attributes,
  };
}
