import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import OpenAI from "openai";
import { embedding, saying } from "./provider.ts";
import { type GatewayWorld, gatewayWorld, type Person } from "./world.ts";

const messages = [{ role: "user" as const, content: "How deep?" }];
const HEADER = "Databricks-Ai-Gateway-Request-Tags";
const tag = (more: object = {}) => ({ key: "request_tag", request_tag_key: "team", renewal_period: "hour", ...more });

describe("a question's tags", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    world.first.behaviour = saying("Four fathoms.");
  });
  after(() => world[Symbol.asyncDispose]());

  const ask = async (endpoint: string, tags: string | null, more: object = {}, as: Person = "ben", path?: string) => {
    const response = await fetch(`${world.origin}${path ?? `/serving-endpoints/${endpoint}/invocations`}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${world.token(as)}`,
        "content-type": "application/json",
        ...(tags !== null && { [HEADER]: tags }),
      },
      body: JSON.stringify({ messages, ...more }),
    });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };

  it("are limited by the value, whoever asks, and by every protocol", async () => {
    const rate_limits = [tag({ calls: 5 }), tag({ request_tag_value: "docks", calls: 2 })];
    await world.serve("tagged", { ai_gateway: { rate_limits } });
    const { body } = await world.send("GET", "/api/2.0/serving-endpoints/tagged", null);
    assert.deepEqual(body.ai_gateway, { rate_limits });
    const docks = JSON.stringify({ team: "docks" });
    assert.equal((await ask("tagged", docks)).status, 200);
    const client = new OpenAI({
      baseURL: `${world.origin}/ai-gateway/mlflow/v1`,
      apiKey: world.token("cleo"),
      maxRetries: 0,
      defaultHeaders: { [HEADER]: docks },
    });
    await client.chat.completions.create({ model: "tagged", messages });
    const over: readonly (readonly [string, object])[] = [
      ["/serving-endpoints/tagged/invocations", { messages }],
      ["/ai-gateway/openai/v1/responses", { model: "tagged", input: "How deep?", messages: undefined }],
      ["/ai-gateway/anthropic/v1/messages", { model: "tagged", max_tokens: 9 }],
      [
        "/ai-gateway/gemini/v1beta/models/tagged:generateContent",
        { contents: [{ role: "user", parts: [{ text: "How deep?" }] }], messages: undefined },
      ],
    ];
    for (const [path, more] of over) {
      const told = await ask("tagged", docks, more, "ada", path);
      assert.equal(told.status, 429, `${path} ${told.text}`);
      assert.match(told.text, /tagged 'team' with 'docks'/);
      assert.ok(Number(told.headers.get("retry-after")) > 0);
    }
    assert.equal((await ask("tagged", JSON.stringify({ team: "crew" }))).status, 200);
    assert.equal((await ask("tagged", null)).status, 200, "a tag is a label, which a question need not have");
    const inBody = await ask("tagged", null, { usage_context: { team: "docks" } });
    assert.equal(inBody.status, 429, "a tag is the same one where the body says it");
  });

  it("are limited for texts to embed too", async () => {
    world.second.behaviour = embedding(2);
    const rate_limits = [tag({ calls: 1 })];
    await world.serve("vectors", { providers: [world.second], task: "llm/v1/embeddings", ai_gateway: { rate_limits } });
    const more = { input: "harbour", messages: undefined };
    assert.equal((await ask("vectors", '{"team":"docks"}', more)).status, 200);
    assert.equal((await ask("vectors", '{"team":"docks"}', more)).status, 429);
    assert.equal((await ask("vectors", '{"team":"crew"}', more)).status, 200);
  });

  it("are told in system.ai_gateway.usage, and go to no provider", async () => {
    await world.serve("told");
    const tags = { team: "docks", équipe: "地" };
    const header = Buffer.from(JSON.stringify(tags)).toString("latin1");
    assert.equal((await ask("told", header, { usage_context: { ship: "ada" } })).status, 200);
    const rows = await world.rows(
      "SELECT request_tags['team'], request_tags['équipe'], request_tags['ship'] FROM system.ai_gateway.usage WHERE endpoint_name = 'told'",
    );
    assert.deepEqual(rows, [["docks", "地", "ada"]]);
    const { headers, body } = world.first.received.at(-1)!;
    assert.doesNotMatch(JSON.stringify([headers, body]), /docks|request-tags/i);
  });

  it("are refused when they are no texts, before anybody is asked", async () => {
    await world.serve("refused");
    const before_count = world.first.received.length;
    for (const header of ["team=docks", "[1]", '{"team":7}', `{"team":"${"x".repeat(5_000)}"}`]) {
      const told = await ask("refused", header);
      assert.equal(told.status, 400, header);
      assert.match(told.text, /request-tags' must be an object of texts/);
    }
    assert.equal(world.first.received.length, before_count);
  });

  it("cannot be limited by the older list of limits", async () => {
    const { status, body } = await world.send("PUT", "/api/2.0/serving-endpoints/told/rate-limits", {
      rate_limits: [tag({ calls: 1 })],
    });
    assert.equal(status, 400);
    assert.match(String(body.message), /set others by \/ai-gateway/);
  });
});
