import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { shapeStream, shapeWhole } from "./responses.ts";

const options = { response_id: "resp_1", model: "agent", created_at: 1 };
async function* from(...events: readonly JsonObject[]): AsyncIterable<JsonObject> {
  yield* events;
}
const message = { id: "m", type: "message", content: [{ type: "output_text", text: "hi" }] };
const done = { type: "response.output_item.done", item: message };

test("a stream is opened and closed once, whatever the agent sends of that itself", async () => {
  const events = await Array.fromAsync(
    shapeStream(
      from({ type: "response.created" }, done, { type: "response.completed", response: { custom_outputs: { a: 1 } } }),
      options,
    ),
  );
  assert.deepEqual(
    events.map((one) => [one.sequence_number, one.type]),
    [
      [0, "response.created"],
      [1, "response.in_progress"],
      [2, "response.output_item.added"],
      [3, "response.output_item.done"],
      [4, "response.completed"],
    ],
  );
});

test("deltas get the indexes clients look for, items a status and annotations", async () => {
  const events = await Array.fromAsync(
    shapeStream(from({ type: "response.output_text.delta", item_id: "m", delta: "hi" }, done), options),
  );
  const delta = events.find(({ type }) => type === "response.output_text.delta");
  const item = events.find(({ type }) => type === "response.output_item.done");
  assert.equal(delta?.content_index, 0);
  assert.equal(delta?.output_index, 0);
  assert.deepEqual(item?.item, {
    ...message,
    status: "completed",
    role: "assistant",
    content: [{ annotations: [], type: "output_text", text: "hi" }],
  });
});

test("items keep the place in which they began, and what the agent did not open is opened once", async () => {
  const delta = (item_id: string, text: string): JsonObject => ({
    type: "response.output_text.delta",
    item_id,
    delta: text,
  });
  const call = { id: "f", type: "function_call", call_id: "c", name: "n", arguments: "{}" };
  const opened = { type: "response.output_item.added", item: { id: "o", type: "message", content: [] } };
  const events = await Array.fromAsync(
    shapeStream(
      from(
        delta("m", "h"),
        { type: "response.output_item.done", item: call },
        delta("m", "i"),
        done,
        opened,
        delta("o", "x"),
        { type: "response.output_item.done", item: { ...message, id: "o" } },
      ),
      options,
    ),
  );
  assert.deepEqual(
    events.slice(2, -1).map(({ type, output_index }) => [type, output_index]),
    [
      ["response.output_item.added", 0],
      ["response.content_part.added", 0],
      ["response.output_text.delta", 0],
      ["response.output_item.added", 1],
      ["response.output_item.done", 1],
      ["response.output_text.delta", 0],
      ["response.output_item.done", 0],
      ["response.output_item.added", 2],
      ["response.content_part.added", 2],
      ["response.output_text.delta", 2],
      ["response.output_item.done", 2],
    ],
  );
  const { response } = events.at(-1) as { response?: { output?: { id: string }[] } };
  assert.deepEqual(
    response?.output?.map(({ id }) => id),
    ["m", "f", "o"],
  );
});

test("events without a type are dropped, unknown ones pass", async () => {
  const events = await Array.fromAsync(shapeStream(from({ nothing: 1 }, { type: "own.event", x: 2 }), options));
  assert.deepEqual(
    events.map((one) => one.type),
    ["response.created", "response.in_progress", "own.event", "response.completed"],
  );
});

test("the whole response has the items, the custom outputs and, when asked for, the trace", async () => {
  const trace = async () => ({
    trace: { info: { trace_id: "tr-1" }, data: { spans: [] } },
    databricks_request_id: "r",
  });
  const events = (): AsyncIterable<JsonObject> =>
    from(done, { type: "response.completed", response: { custom_outputs: { a: 1 } } });
  const plain = await shapeWhole(events(), options);
  assert.equal(plain.status, "completed");
  assert.equal((plain.output as JsonObject[]).length, 1);
  assert.deepEqual(plain.custom_outputs, { a: 1 });
  assert.ok(!("databricks_output" in plain));
  assert.deepEqual((await shapeWhole(events(), { ...options, trace })).databricks_output, await trace());
});
