import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import type { DatabricksOutput, ResponsesEvent } from "#wire/serving/responses.ts";
import { Items } from "./items.ts";

export interface ShapeOptions {
  readonly response_id: string;
  readonly model: string;
  /** Seconds since the Unix epoch. */
  readonly created_at: number;
  /** The trace so far, when the caller asked for it. */
  readonly trace?: () => Promise<DatabricksOutput>;
}

/**
 * An agent's events as a complete Responses stream: opened by response.created, numbered, with the openings and indexes that
 * clients expect filled in, and closed by response.completed with all items. The trace rides on the done event of each message.
 * Sources: platform.openai.com/docs/api-reference/responses-streaming; the Databricks chat templates for databricks_output.
 */
export async function* shapeStream(
  events: AsyncIterable<JsonObject>,
  options: ShapeOptions,
): AsyncIterable<ResponsesEvent> {
  let sequence_number = 0;
  const numbered = (event: JsonObject & { type: string }): ResponsesEvent => {
    const made = { ...event, sequence_number };
    sequence_number += 1;
    return made;
  };
  const items = new Items();
  let more: JsonObject = {};
  yield numbered({ type: "response.created", response: responseOf(options, "in_progress", [], {}) });
  yield numbered({ type: "response.in_progress", response: responseOf(options, "in_progress", [], {}) });
  for await (const event of events) {
    if (typeof event.type !== "string") continue;
    if (event.type === "response.created" || event.type === "response.in_progress") continue;
    if (event.type === "response.completed") {
      more = isJsonObject(event.response) ? event.response : {};
      continue;
    }
    const { before, ...place } = items.place(event);
    for (const opening of before) yield numbered({ ...opening, type: String(opening.type) });
    if (event.type === "response.output_item.done" && isJsonObject(event.item)) {
      const item = completeItem(event.item);
      const withTrace = options.trace !== undefined && item.type === "message";
      const databricks_output = withTrace ? asJson(await options.trace()) : undefined;
      yield numbered({
        ...event,
        type: event.type,
        ...place,
        item,
        ...(databricks_output && { databricks_output }),
      });
      items.finish(place.output_index!, item);
      continue;
    }
    yield numbered({ ...indexesOf(event.type), ...event, ...place, type: event.type });
  }
  yield numbered({ type: "response.completed", response: responseOf(options, "completed", items.finished, more) });
}

/** The whole response at once: what the stream's last event carries, and the trace beside it. */
export async function shapeWhole(events: AsyncIterable<JsonObject>, options: ShapeOptions): Promise<JsonObject> {
  const { trace, ...untraced } = options;
  let response: JsonObject = {};
  for await (const event of shapeStream(events, untraced)) {
    if (event.type === "response.completed" && isJsonObject(event.response)) response = event.response;
  }
  return trace ? { ...response, databricks_output: asJson(await trace()) } : response;
}

function responseOf(
  { response_id, model, created_at }: ShapeOptions,
  status: "in_progress" | "completed",
  output: readonly JsonObject[],
  more: JsonObject,
): JsonObject {
  return {
    id: response_id,
    object: "response",
    created_at,
    status,
    model,
    output,
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    parallel_tool_calls: true,
    tool_choice: "auto",
    tools: [],
    temperature: null,
    top_p: null,
    ...(more.usage !== undefined && { usage: more.usage }),
    ...(more.custom_outputs !== undefined && { custom_outputs: more.custom_outputs }),
  };
}

/** Clients read a message's status and its parts' annotations without asking whether they are there. */
function completeItem(item: JsonObject): JsonObject {
  const done = { status: "completed", ...item };
  if (item.type !== "message" || !Array.isArray(item.content)) return done;
  const parts = item.content as readonly Json[];
  const content = parts.map((part) =>
    isJsonObject(part) && part.type === "output_text" ? { annotations: [], ...part } : part,
  );
  return { ...done, role: item.role ?? "assistant", content };
}

const indexesOf = (type: string): JsonObject =>
  type.startsWith("response.output_text.") || type.startsWith("response.content_part.")
    ? { content_index: 0, ...(type.startsWith("response.output_text.delta") && { logprobs: [] }) }
    : {};

const asJson = (output: DatabricksOutput): JsonObject => JSON.parse(JSON.stringify(output)) as JsonObject;
