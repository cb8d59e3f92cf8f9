import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import OpenAI from "openai";
import { isJsonObject, type JsonObject } from "#base/json.ts";
import { openTestWorkspace, type TestWorkspace } from "./workspace.ts";

let world: TestWorkspace;
before(async () => {
  world = await openTestWorkspace();
});
after(async () => {
  await world[Symbol.asyncDispose]();
});

const question = "Which airports in my area had the most strikes, and what did they cost?";
const input = [{ role: "user" as const, content: question }];
const clientOf = (name: string): OpenAI =>
  new OpenAI({ baseURL: `${world.url}/serving-endpoints`, apiKey: `token-${name}`, maxRetries: 0 });

async function send(
  method: string,
  path: string,
  body?: object,
  token = "token-ana",
): Promise<{ status: number; body: JsonObject; headers: Headers }> {
  const response = await fetch(`${world.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as JsonObject };
}

test("the official client gets the agent's answer, with what was withheld and why", async () => {
  const response = await clientOf("ana").responses.create({ model: "safety-agent", input });
  assert.match(response.output_text, /FIELD OF ana: 1,234 strikes, cost withheld/);
  assert.match(response.output_text, /aviation\.safety\.finance_only/);
  assert.match(response.output_text, /aviation\.safety\.own_area/);
  assert.deepEqual(
    response.output.map((one) => one.type),
    ["function_call", "function_call_output", "message"],
  );
});

test("the official client reads the stream: numbered events from created to completed, custom outputs and the trace", async () => {
  const extra = { custom_inputs: { thread_id: "abc123" }, databricks_options: { return_trace: true } };
  const stream = await clientOf("ben").responses.create({ model: "safety-agent", input, stream: true, ...extra });
  const events = await Array.fromAsync(stream);
  assert.equal(events[0]?.type, "response.created");
  assert.equal(events.at(-1)?.type, "response.completed");
  assert.deepEqual(
    events.map((one) => one.sequence_number),
    events.map((_, i) => i),
  );
  const text = events.map((one) => (one.type === "response.output_text.delta" ? one.delta : "")).join("");
  assert.match(text, /FIELD OF ben/);
  const completed: unknown = events.at(-1);
  assert.ok(
    isJsonObject(completed) && isJsonObject(completed.response) && isJsonObject(completed.response.custom_outputs),
  );
  assert.equal(completed.response.custom_outputs.thread_id, "abc123");
  const done: unknown = events.find((one) => one.type === "response.output_item.done" && one.item.type === "message");
  assert.ok(isJsonObject(done) && isJsonObject(done.databricks_output));
  const { trace, databricks_request_id } = done.databricks_output;
  assert.match(String(databricks_request_id), /^[0-9a-f-]{36}$/);
  assert.ok(isJsonObject(trace) && isJsonObject(trace.data) && Array.isArray(trace.data.spans));
  const names = (trace.data.spans as JsonObject[]).map((span) => span.name);
  assert.deepEqual(names, [
    "agent safety-agent",
    "mcp mcp.connect_functions",
    "mcp mcp.connect_functions",
    "http endpoint.query",
    "mcp mcp.connect_functions",
    "http endpoint.query",
  ]);
});

test("all hops of one invocation share its trace id and act as the agent for the person", async () => {
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const response = await fetch(`${world.url}/serving-endpoints/safety-agent/invocations`, {
    method: "POST",
    headers: { authorization: "Bearer token-ana", "content-type": "application/json", traceparent },
    body: JSON.stringify({ input }),
  });
  assert.equal(response.status, 200);
  await response.json();
  const hops = world.records.filter((one) => one.trace_id === "0af7651916cd43dd8448eb211c80319c");
  assert.equal(hops.length, 6);
  assert.ok(hops.every((one) => one.subject?.name === "ana"));
  assert.deepEqual(new Set(hops.map((one) => one.actor?.name)), new Set(["safety-agent", undefined]));
});

test("a stream holds data lines alone and ends with [DONE]", async () => {
  const response = await fetch(`${world.url}/serving-endpoints/echo/invocations`, {
    method: "POST",
    headers: { authorization: "Bearer token-ana", "content-type": "application/json" },
    body: JSON.stringify({ input: "hello", stream: true }),
  });
  assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
  const lines = (await response.text()).split("\n").filter((line) => line !== "");
  assert.ok(lines.every((line) => line.startsWith("data: ")));
  assert.equal(lines.at(-1), "data: [DONE]");
});

test("twenty interleaved requests of two people over HTTP never see each other's token or rows", async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const name = i % 2 === 0 ? "ana" : "ben";
      const agent = i % 4 < 2 ? "echo" : "safety-agent";
      const { output_text } = await clientOf(name).responses.create({
        model: agent,
        input: agent === "echo" ? "hello" : input,
      });
      return { name, agent, output_text };
    }),
  );
  const tokens = answers.filter((one) => one.agent === "echo").map((one) => one.output_text);
  assert.equal(new Set(tokens).size, 10);
  for (const { name, output_text } of answers.filter((one) => one.agent !== "echo")) {
    assert.match(output_text, new RegExp(`FIELD OF ${name}`));
  }
});

test("an agent killed amid a request gives one clear error, and the next request works", async () => {
  const failed = await send("POST", "/serving-endpoints/echo/invocations", { input: "die" });
  assert.equal(failed.status, 503);
  assert.equal(failed.body.error_code, "TEMPORARILY_UNAVAILABLE");
  assert.equal((await send("POST", "/serving-endpoints/echo/invocations", { input: "hello" })).status, 200);
});

test("chat completions with tools by the official client, whole and streamed", async () => {
  const tools = [
    {
      type: "function" as const,
      function: {
        name: "count_orders",
        description: "Number of orders in a year.",
        parameters: { type: "object", properties: { year: { type: "integer" } }, required: ["year"] },
      },
    },
  ];
  const request = {
    model: "workspace-chat",
    messages: [{ role: "user" as const, content: "How many orders were there in 2021?" }],
    tools,
  };
  const { data, response } = await clientOf("ana").chat.completions.create(request).withResponse();
  assert.equal(data.model, "lakeward-offline");
  assert.equal(response.headers.get("served-model-name"), "lakeward-offline");
  const call = data.choices[0]!.message.tool_calls![0]!;
  assert.ok(call.type === "function");
  assert.deepEqual(JSON.parse(call.function.arguments), { year: 2021 });
  const chunks = await Array.fromAsync(
    await clientOf("ana").chat.completions.create({
      ...request,
      stream: true,
      stream_options: { include_usage: true },
    }),
  );
  assert.equal(
    chunks.find((one) => one.choices[0]?.delta.tool_calls)?.choices[0]?.delta.tool_calls?.[0]?.function?.name,
    "count_orders",
  );
  assert.ok((chunks.at(-1)?.usage?.total_tokens ?? 0) > 0);
});

test("a foundation-model endpoint refuses databricks_options by name", async () => {
  const body = { messages: [{ role: "user", content: "hi" }], databricks_options: { return_trace: true } };
  const { status, body: answer } = await send("POST", "/serving-endpoints/workspace-chat/invocations", body);
  assert.equal(status, 400);
  assert.match(String(answer.message), /databricks_options is not supported/);
});

test("the agent's tokens are minted for the person who asks, with the agent as the actor", () => {
  assert.ok(world.minted.length > 0);
  assert.ok(
    world.minted.every((one) => ["ana", "ben"].includes(one.subject) && ["echo", "safety-agent"].includes(one.actor)),
  );
});

test("list and get show the endpoints the caller may know of, with their tasks", async () => {
  const { body } = await send("GET", "/api/2.0/serving-endpoints");
  assert.deepEqual(
    (body.endpoints as JsonObject[]).map((one) => [one.name, one.task]),
    [
      ["workspace-chat", "llm/v1/chat"],
      ["safety-agent", "agent/v1/responses"],
      ["echo", "agent/v1/responses"],
    ],
  );
  assert.deepEqual((await send("GET", "/api/2.0/serving-endpoints", undefined, "token-cleo")).body, { endpoints: [] });
  const one = await send("GET", "/api/2.0/serving-endpoints/safety-agent");
  assert.equal(one.status, 200);
  assert.doesNotMatch(JSON.stringify(one.body), /samples/);
});

test("hidden and missing endpoints read alike, but for the request id", async () => {
  const hidden = await send("POST", "/serving-endpoints/responses", { model: "echo", input: "x" }, "token-cleo");
  const missing = await send("POST", "/serving-endpoints/responses", { model: "ehco", input: "x" }, "token-cleo");
  assert.equal(hidden.status, 404);
  const plain = (one: JsonObject): string => JSON.stringify({ ...one, details: [] }).replaceAll("ehco", "echo");
  assert.equal(plain(hidden.body), plain(missing.body));
});

test("no token is 401, another scope 403, a malformed body 400, a call not built 501 by name", async () => {
  assert.equal((await send("GET", "/api/2.0/serving-endpoints", undefined, "wrong")).status, 401);
  assert.equal((await send("GET", "/api/2.0/serving-endpoints", undefined, "token-narrow")).status, 403);
  assert.equal((await send("POST", "/serving-endpoints/responses", { model: "echo" })).status, 400);
  const refused = await send("PATCH", "/api/2.0/serving-endpoints/workspace-chat/telemetry-config", {});
  assert.equal(refused.status, 501);
  assert.match(String(refused.body.message), /^Telemetry of an endpoint/);
});
