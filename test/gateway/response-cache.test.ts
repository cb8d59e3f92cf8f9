import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import OpenAI from "openai";
import type { JsonObject } from "#base/json.ts";
import { embedding, saying, USAGE } from "./provider.ts";
import { type GatewayWorld, gatewayWorld } from "./world.ts";

const cached = { response_cache_config: { enabled: true, max_age_seconds: 600 } };

describe("an endpoint that gives answers again", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    await world.serve("kept", { ai_gateway: cached });
  });
  after(() => world[Symbol.asyncDispose]());

  const ask = (content: string, more: object = {}, endpoint = "kept") =>
    world.send(
      "POST",
      `/serving-endpoints/${endpoint}/invocations`,
      { messages: [{ role: "user", content }], ...more },
      "ben",
    );

  it("shows its configuration as it was given", async () => {
    const { body } = await world.send("GET", "/api/2.0/serving-endpoints/kept", null);
    assert.deepEqual(body.ai_gateway, cached);
  });

  it("asks its model once, says what it did, and answers the same but for what names the answer", async () => {
    world.first.behaviour = saying("Four fathoms.");
    const before_count = world.first.received.length;
    const [first, second] = [await ask("How deep?"), await ask("How deep?", { client_request_id: "another" })];
    assert.equal(world.first.received.length, before_count + 1);
    assert.deepEqual(
      [first, second].map(({ headers }) => headers.get("cache-status")),
      ["lakeward; fwd=miss", "lakeward; hit"],
    );
    assert.equal(second.headers.get("served-model-name"), "model-0");
    const { id, created, ...same } = first.body;
    const { id: other, created: later, ...again } = second.body;
    assert.deepEqual(again, same);
    assert.notEqual(other, id);
    assert.ok(Number(later) >= Number(created));
    assert.equal((second.body.usage as JsonObject).total_tokens, USAGE.total_tokens);
  });

  it("streams what it streamed before, with usage when it is asked for, to OpenAI's client", async () => {
    const client = new OpenAI({
      baseURL: `${world.origin}/serving-endpoints`,
      apiKey: world.token("ben"),
      maxRetries: 0,
    });
    const tools: readonly OpenAI.Chat.ChatCompletionTool[] = [
      { type: "function", function: { name: "look", parameters: { type: "object" } } },
    ];
    world.first.behaviour = ({ body }, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const send = (delta: object, finish_reason: string | null = null) => {
        const choices = [{ index: 0, delta, finish_reason }];
        const chunk = { id: "c", object: "chat.completion.chunk", created: 1, model: body.model, choices };
        response.write(`data: ${JSON.stringify(chunk)}\n\n`);
      };
      send({ content: "I will " });
      send({ content: "look." });
      send({ tool_calls: [{ index: 0, id: "t1", type: "function", function: { name: "look", arguments: '{"at"' } }] });
      send({ tool_calls: [{ index: 0, function: { arguments: ":3}" } }] });
      send({}, "tool_calls");
      response.write(`data: ${JSON.stringify({ id: "c", choices: [], usage: USAGE })}\n\n`);
      response.end("data: [DONE]\n\n");
    };
    const before_count = world.first.received.length;
    const finals = [];
    for (let turn = 0; turn < 2; turn += 1) {
      const stream = client.chat.completions.stream({
        model: "kept",
        messages: [{ role: "user", content: "Look, please." }],
        tools: [...tools],
        stream_options: { include_usage: true },
      });
      const { id: _, created: __, ...final } = await stream.finalChatCompletion();
      finals.push(final);
    }
    assert.deepEqual(finals[1], finals[0]);
    assert.equal(finals[1]?.usage?.total_tokens, USAGE.total_tokens);
    assert.equal(world.first.received.length, before_count + 1);
  });

  it("keeps whole answers and streams apart", async () => {
    for (const stream of [true, false]) {
      world.first.behaviour = saying(`as ${stream}`);
      assert.match((await ask("Which way?", { stream })).text, new RegExp(`as|${stream}`));
    }
    const whole = await ask("Which way?", { stream: false });
    assert.match(whole.text, /as false/);
    assert.match((await ask("Which way?", { stream: true })).text, /^data: .*"delta"/);
  });

  it("gives vectors again", async () => {
    await world.serve("vectors", { task: "llm/v1/embeddings", ai_gateway: cached });
    const embed = (input: string, as: "ben" | "cleo") =>
      world.send("POST", "/serving-endpoints/vectors/invocations", { input }, as);
    world.first.behaviour = embedding(3);
    const first = await embed("harbour", "ben");
    world.first.behaviour = embedding(2);
    const again = await embed("harbour", "ben");
    assert.deepEqual(again.body, first.body);
    assert.equal(again.headers.get("cache-status"), "lakeward; hit");
    assert.equal((await embed("harbour", "cleo")).headers.get("cache-status"), "lakeward; fwd=miss");
    assert.equal((await embed("harbours", "ben")).headers.get("cache-status"), "lakeward; fwd=miss");
  });

  it("has each hit on record like any call: as a hit, with no tokens and a cost of nothing", async () => {
    const external_model = {
      name: "gpt-4o",
      provider: "openai",
      task: "llm/v1/chat",
      openai_config: { openai_api_base: world.first.base_url, openai_api_key: "{{secrets/providers/openai}}" },
    };
    const ai_gateway = {
      ...cached,
      inference_table_config: { enabled: true, catalog_name: "main", schema_name: "kept", table_name_prefix: "p" },
    };
    for (const sql of ["CREATE CATALOG IF NOT EXISTS main", "CREATE SCHEMA IF NOT EXISTS main.kept"])
      await world.rows(sql);
    const config = { served_entities: [{ name: "big", external_model }] };
    const made = await world.send("POST", "/api/2.0/serving-endpoints", { name: "priced", config, ai_gateway });
    assert.equal(made.status, 200, made.text);
    world.first.behaviour = saying("Four fathoms.");
    const messages = [{ role: "user", content: "How deep?" }];
    for (const usage_context of [{ turn: "1" }, { turn: "2" }]) {
      const told = await world.send("POST", "/serving-endpoints/priced/invocations", { messages, usage_context });
      assert.equal(told.status, 200, told.text);
    }
    const usage = await world.rows(
      "SELECT request_tags['turn'], total_tokens, status_code, destination_model, routing_information.cache_hit, size(routing_information.attempts), cost.usd = 0 FROM system.ai_gateway.usage WHERE endpoint_name = 'priced' ORDER BY 1",
    );
    assert.deepEqual(usage, [
      ["1", String(USAGE.total_tokens), "200", "gpt-4o", "false", "1", "false"],
      ["2", "0", "200", "gpt-4o", "true", "0", "true"],
    ]);
    const ledger = await world.rows(
      "SELECT governance.cache_hit, output_character_count, output_token_count FROM system.serving.endpoint_usage WHERE governance.endpoint_name = 'priced' ORDER BY 1",
    );
    const characters = String("Four fathoms.".length);
    assert.deepEqual(ledger, [
      ["false", characters, String(USAGE.completion_tokens)],
      ["true", characters, "0"],
    ]);
    const kept = await world.rows("SELECT response FROM main.kept.p_payload ORDER BY request_time");
    assert.equal(kept.length, 2);
    for (const [response] of kept) assert.match(String(response), /Four fathoms\./);
  });

  it("takes a request of the limits for a hit, and none of the tokens", async () => {
    const rate_limits = [{ calls: 9, tokens: 5_000, renewal_period: "hour" }];
    await world.serve("limited", { ai_gateway: { ...cached, rate_limits } });
    world.first.behaviour = saying("Four fathoms.");
    const left = async (content: string): Promise<readonly (string | null)[]> => {
      const { headers, status, text } = await ask(content, { max_tokens: 100 }, "limited");
      assert.equal(status, 200, text);
      return ["requests", "tokens"].map((kind) => headers.get(`x-ratelimit-remaining-${kind}`));
    };
    await left("How deep?");
    const [hit, next] = [await left("How deep?"), await left("How deep?")];
    assert.deepEqual([hit[0], next[0]], ["7", "6"]);
    assert.equal(next[1], hit[1], "the reservation of the hit was given back");
  });
});
