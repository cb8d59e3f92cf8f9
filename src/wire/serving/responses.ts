import type { JsonObject } from "#base/json.ts";

/**
 * The Responses protocol of agents. Sources: platform.openai.com/docs/api-reference/responses-streaming (event names and
 * fields), mlflow `types/responses.py` (custom_inputs, custom_outputs), databricks_options and databricks_output as the
 * Databricks chat templates read them.
 */
export interface ResponsesRequest {
  readonly input: string | readonly object[];
  readonly stream?: boolean;
  readonly custom_inputs?: object;
  readonly databricks_options?: { readonly return_trace?: boolean };
  readonly [parameter: string]: unknown;
}

/** An event of the stream; `type` tells its fields. */
export interface ResponsesEvent {
  readonly type: string;
  readonly [field: string]: JsonObject[string];
}

/** A finished span of a trace, as MLflow's version 3 trace data spells it. */
export interface TraceSpan {
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_span_id: string | null;
  readonly name: string;
  readonly start_time_unix_nano: string;
  readonly end_time_unix_nano: string;
  readonly status: { readonly code: "STATUS_CODE_OK" | "STATUS_CODE_ERROR"; readonly message: string };
  readonly attributes: JsonObject;
}

export interface DatabricksOutput {
  readonly trace: { readonly info: JsonObject; readonly data: { readonly spans: readonly TraceSpan[] } };
  readonly databricks_request_id: string;
}

/** A stream as Databricks serving sends it: `data:` lines alone, a blank line between, `[DONE]` at the end. */
export async function* dataLines(events: AsyncIterable<object>): AsyncIterable<string> {
  for await (const event of events) yield `data: ${JSON.stringify(event)}\n\n`;
  yield "data: [DONE]\n\n";
}
