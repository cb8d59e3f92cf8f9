import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { failing, saying, USAGE } from "../gateway/provider.ts";
import { type GatewayWorld, gatewayWorld } from "../gateway/world.ts";
import { attributesOf, type CollectedSpan, type Collector, startCollector } from "./collector.ts";
import { serveMirror } from "./mirror.ts";

const SPAN = "b7ad6b7169203331";
const SERVER = 2;
const CLIENT = 3;
const ERROR = 2;

describe("what is exported to a collector", () => {
  let collector: Collector;
  let world: GatewayWorld;
  before(async () => {
    collector = await startCollector();
    const otel = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_HEADERS: "x-tenant=harbour",
      OTEL_BSP_SCHEDULE_DELAY: "100",
      OTEL_METRIC_EXPORT_INTERVAL: "500",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
    };
    Object.assign(process.env, otel);
    world = await gatewayWorld("", { otel });
    world.first.behaviour = saying("Four fathoms.");
    await world.serve("alone");
    await serveMirror(world);
    const access_control_list = [{ user_name: "ben@board.org", permission_level: "CAN_USE" }];
    const { body } = await world.send("GET", "/api/2.0/sql/warehouses", null);
    const { id } = (body.warehouses as readonly JsonObject[])[0]!;
    await world.send("PATCH", `/api/2.0/permissions/warehouses/${id}`, { access_control_list });
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
    await collector[Symbol.asyncDispose]();
    for (const name of Object.keys(process.env)) if (name.startsWith("OTEL_")) delete process.env[name];
  });

  const messages = [{ role: "user", content: "How deep is the harbour?" }];
  const ask = (name: string, body: object, traceparent: string) =>
    fetch(`${world.origin}/serving-endpoints/${name}/invocations`, {
      method: "POST",
      headers: { authorization: `Bearer ${world.token("ben")}`, "content-type": "application/json", traceparent },
      body: JSON.stringify(body),
    });
  const within = (trace_id: string): readonly CollectedSpan[] =>
    collector.spans().filter((one) => one.traceId === trace_id);

  it("is a question as the conventions for generative AI have it, beneath its request", async () => {
    const trace_id = "1".repeat(32);
    await (await ask("alone", { messages }, `00-${trace_id}-${SPAN}-01`)).text();
    const request = await collector.span((one) => one.traceId === trace_id && one.kind === SERVER);
    const question = await collector.span((one) => one.traceId === trace_id && one.name === "chat upstream-0");
    assert.equal(request.name, "POST /serving-endpoints/{name}/invocations");
    assert.deepEqual([request.parentSpanId, question.parentSpanId], [SPAN, request.spanId]);
    assert.equal(attributesOf(request)["http.response.status_code"], 200);
    assert.equal(question.kind, CLIENT);
    const attributes = attributesOf(question);
    assert.deepEqual(
      {
        operation: attributes["gen_ai.operation.name"],
        provider: attributes["gen_ai.provider.name"],
        model: attributes["gen_ai.request.model"],
        tokens: [attributes["gen_ai.usage.input_tokens"], attributes["gen_ai.usage.output_tokens"]],
        attempts: attributes["lakeward.attempts"],
      },
      {
        operation: "chat",
        provider: "openai",
        model: "upstream-0",
        tokens: [USAGE.prompt_tokens, USAGE.completion_tokens],
        attempts: ["model-0 200"],
      },
    );
    assert.ok(BigInt(question.endTimeUnixNano) >= BigInt(question.startTimeUnixNano));
    assert.ok(
      String(world.first.received.at(-1)!.headers.traceparent).includes(`-${question.spanId}-`),
      "the provider's span is beneath the question's",
    );
  });

  it("is one tree from the client by the agent and its tools to the provider and the tables", async () => {
    const trace_id = "2".repeat(32);
    const query = { query: "SELECT count(*) FROM system.access.audit" };
    const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "execute_sql", arguments: query } };
    const wishes = [
      { as: "user", path: "/serving-endpoints/alone/invocations", body: { messages } },
      { as: "user", path: "/api/2.0/mcp/sql", body: call },
    ];
    const answer = await ask("mirror", { input: JSON.stringify({ wishes }) }, `00-${trace_id}-${SPAN}-01`);
    assert.equal(answer.status, 200, await answer.text());
    const outermost = await collector.span((one) => one.traceId === trace_id && one.parentSpanId === SPAN);
    await collector.span((one) => one.traceId === trace_id && one.name === "tools/call execute_sql");
    const spans = within(trace_id);
    const byId = new Map(spans.map((one) => [one.spanId, one]));
    assert.equal(byId.size, spans.length, "no span comes twice");
    const lineOf = (span: CollectedSpan | undefined): readonly string[] =>
      span ? [...lineOf(byId.get(span.parentSpanId!)), span.name] : [];
    const lines = spans.map((one) => lineOf(one).join(" > "));
    const invocation = "POST /serving-endpoints/{name}/invocations";
    const agent = `${invocation} > invoke_agent mirror`;
    for (const line of [
      `${agent} > ${invocation} > chat upstream-0`,
      `${agent} > POST /api/2.0/mcp/sql > tools/call execute_sql > SELECT`,
    ])
      assert.ok(lines.includes(line), `${line}\nis not among\n${lines.join("\n")}`);
    const orphans = spans.filter((one) => one.spanId !== outermost.spanId && !byId.has(one.parentSpanId!));
    assert.deepEqual(
      orphans.map((one) => one.name),
      [],
    );
  });

  it("says what failed by its code alone", async () => {
    const trace_id = "3".repeat(32);
    world.first.behaviour = failing(503);
    await (await ask("alone", { messages }, `00-${trace_id}-${SPAN}-01`)).text();
    const question = await collector.span((one) => one.traceId === trace_id && one.name.startsWith("chat"));
    assert.deepEqual([question.status.code, question.status.message], [ERROR, "BAD_GATEWAY"]);
    assert.equal(attributesOf(question)["error.type"], "BAD_GATEWAY");
    world.first.behaviour = saying("Four fathoms.");
  });

  it("is nothing of a trace that its caller does not sample", async () => {
    await (await ask("alone", { messages }, `00-${"4".repeat(32)}-${SPAN}-00`)).text();
    const trace_id = "5".repeat(32);
    await (await ask("alone", { messages }, `00-${trace_id}-${SPAN}-01`)).text();
    await collector.span((one) => one.traceId === trace_id && one.kind === SERVER);
    assert.deepEqual(within("4".repeat(32)), []);
  });

  it("is numbers too, under the operator's resource and headers", async () => {
    const post = collector.posted.findLast(
      ({ path, bytes }) => path === "/v1/metrics" && bytes.includes("gen_ai.client"),
    )!;
    assert.equal(post.headers["x-tenant"], "harbour");
    const [{ resource, scopeMetrics }] = JSON.parse(post.bytes.toString()).resourceMetrics;
    const told = Object.fromEntries(
      resource.attributes.map(({ key, value }: { key: string; value: { stringValue: string } }) => [
        key,
        value.stringValue,
      ]),
    );
    assert.deepEqual([told["service.name"], told["deployment.environment.name"]], ["lakeward", "test"]);
    const metrics = scopeMetrics.flatMap((one: { metrics: { name: string }[] }) => one.metrics);
    const { histogram, unit } = metrics.find(
      (one: { name: string }) => one.name === "gen_ai.client.operation.duration",
    );
    assert.equal(unit, "s");
    const [point] = histogram.dataPoints;
    assert.equal(point.bucketCounts.length, point.explicitBounds.length + 1);
  });
});

describe("a collector that takes nothing", () => {
  it("costs nobody an answer; the log says so once, without its words, and protobuf is what it was sent", async () => {
    const collector = await startCollector();
    collector.status = 400;
    const otel = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: "50" };
    Object.assign(process.env, otel);
    const warned: string[] = [];
    const log = {
      info: () => {},
      error: () => {},
      warn: (_fields: object, message: string) => void warned.push(message),
    };
    const world = await gatewayWorld("", { otel, log });
    for (let i = 0; i < 3; i += 1) {
      assert.equal((await world.send("GET", "/api/2.0/serving-endpoints", null)).status, 200);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await world[Symbol.asyncDispose]();
    await collector[Symbol.asyncDispose]();
    for (const name of Object.keys(otel)) delete process.env[name];
    const traces = collector.posted.filter(({ path }) => path === "/v1/traces");
    assert.ok(traces.length > 0 && traces.every(({ type }) => type === "application/x-protobuf"));
    assert.ok(traces.some(({ bytes }) => bytes.includes("GET /api/2.0/serving-endpoints")));
    const told = warned.filter((message) => message.startsWith("The collector does not take"));
    assert.ok(told.length >= 1 && told.length <= 2, `once for each signal: ${told.length}`);
  });
});
