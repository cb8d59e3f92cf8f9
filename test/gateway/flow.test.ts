import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import OpenAI from "openai";
import type { JsonObject } from "#base/json.ts";
import { breaking, failing, saying, silent, USAGE } from "./provider.ts";
import { type GatewayWorld, gatewayWorld, KEY, type Person } from "./world.ts";

const messages = [{ role: "user", content: "How deep is the harbour?" }] as const;

describe("a question to a model of a provider outside", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    await world.serve("alone");
    const providers = [world.first, world.second];
    await world.serve("safe", { providers, ai_gateway: { fallback_config: { enabled: true } } });
    await world.serve("split", { providers, percentages: [50, 50] });
  });
  after(() => world[Symbol.asyncDispose]());

  const ask = (endpoint: string, more: object = {}, as: Person = "ben") =>
    world.send("POST", `/serving-endpoints/${endpoint}/invocations`, { messages, ...more }, as);
  const contentOf = ({ body }: { readonly body: JsonObject }): unknown =>
    ((body.choices as JsonObject[])[0]?.message as JsonObject | undefined)?.content;
  const clientOf = (as: Person) =>
    new OpenAI({ baseURL: `${world.origin}/serving-endpoints`, apiKey: world.token(as), maxRetries: 0 });

  it("goes there with the endpoint's credential, and comes back as it was said", async () => {
    world.first.behaviour = saying("Four fathoms.");
    const answer = await ask("alone");
    assert.equal(answer.status, 200, answer.text);
    assert.equal(contentOf(answer), "Four fathoms.");
    assert.equal(answer.headers.get("served-model-name"), "model-0");
    assert.equal((answer.body.usage as JsonObject).total_tokens, USAGE.total_tokens);
    const received = world.first.received.at(-1)!;
    assert.equal(received.headers.authorization, `Bearer ${KEY}`);
    assert.deepEqual([received.path, received.body.model], ["/v1/chat/completions", "upstream-0"]);
    assert.deepEqual(received.body.messages, messages);
  });

  it("streams to OpenAI's client, with usage when it is asked for", async () => {
    world.first.behaviour = saying("Four fathoms, at low tide.");
    const stream = clientOf("ben").chat.completions.stream({
      model: "alone",
      messages: [...messages],
      stream_options: { include_usage: true },
    });
    let pieces = 0;
    stream.on("content", () => {
      pieces += 1;
    });
    const final = await stream.finalChatCompletion();
    assert.equal(final.choices[0]?.message.content, "Four fathoms, at low tide.");
    assert.ok(pieces > 2, "it came in pieces");
    assert.equal(final.usage?.total_tokens, USAGE.total_tokens);
  });

  it("is for those who may query the endpoint, and is hidden from others", async () => {
    const before = world.first.received.length;
    const answer = await ask("alone", {}, "dan");
    assert.equal(answer.status, 404);
    assert.equal((await ask("glone", {}, "dan")).status, 404);
    assert.equal(world.first.received.length, before, "the provider heard nothing of it");
  });

  it("is asked of the next model when one fails, and the record says which were tried", async () => {
    world.first.behaviour = failing(503);
    world.second.behaviour = saying("From the second.");
    const answer = await ask("safe", { client_request_id: "falls-back" });
    assert.deepEqual([answer.status, contentOf(answer)], [200, "From the second."]);
    assert.equal(answer.headers.get("served-model-name"), "model-1");
    const [[tried]] = (await world.rows(
      "SELECT governance.attempts FROM system.serving.endpoint_usage WHERE client_request_id = 'falls-back'",
    )) as [[string]];
    assert.deepEqual(JSON.parse(tried), [
      { entity: "model-0", status: 503 },
      { entity: "model-1", status: 200 },
    ]);
  });

  it("fails as the last model did, when all do", async () => {
    world.first.behaviour = failing(503);
    world.second.behaviour = failing(429);
    const answer = await ask("safe");
    assert.equal(answer.status, 429);
    assert.doesNotMatch(answer.text, new RegExp(KEY), "what a provider says may hold the key");
  });

  it("is not asked of another model when the caller asked wrongly", async () => {
    world.first.behaviour = failing(400);
    const before = world.second.received.length;
    assert.equal((await ask("safe")).status, 400);
    assert.equal(world.second.received.length, before);
  });

  it("goes to the same model each time it is the same question, and to both over many", async () => {
    world.first.behaviour = saying("first");
    world.second.behaviour = saying("second");
    const answers = new Map<number, unknown>();
    for (let round = 0; round < 2; round += 1) {
      for (let i = 0; i < 20; i += 1) {
        const said = contentOf(await ask("split", { messages: [{ role: "user", content: `question ${i}` }] }));
        if (round === 1) assert.equal(said, answers.get(i));
        answers.set(i, said);
      }
    }
    assert.deepEqual([...new Set(answers.values())].toSorted(), ["first", "second"]);
  });

  it("ends a stream that breaks with an error, and keeps what was said until then on record", async () => {
    world.first.behaviour = breaking;
    const answer = await ask("alone", { stream: true, client_request_id: "broke" });
    assert.equal(answer.status, 200);
    assert.match(answer.text, /The answer is/);
    assert.match(answer.text, /"error"/);
    const [row] = await world.rows(
      "SELECT status_code, output_character_count, governance.is_estimate FROM system.serving.endpoint_usage WHERE client_request_id = 'broke'",
    );
    assert.deepEqual(row, ["502", String("The answer is".length), "true"]);
  });

  it("stops asking the provider when its caller goes away", async () => {
    const gone = Promise.withResolvers<void>();
    world.first.behaviour = (received, response) => {
      silent(received, response);
      response.on("close", () => gone.resolve());
    };
    const leaving = new AbortController();
    const asking = fetch(`${world.origin}/serving-endpoints/alone/invocations`, {
      method: "POST",
      headers: { authorization: `Bearer ${world.token("ben")}` },
      body: JSON.stringify({ messages, client_request_id: "left" }),
      signal: leaving.signal,
    });
    const before = world.first.received.length;
    while (world.first.received.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
    leaving.abort();
    await assert.rejects(asking);
    await gone.promise;
  });

  it("is on record once, with its tokens, before the answer is whole", async () => {
    world.first.behaviour = saying("Counted.");
    for (const [id, more] of [
      ["counted-whole", {}],
      ["counted-stream", { stream: true }],
    ] as const) {
      const answer = await ask("alone", { ...more, client_request_id: id, usage_context: { team: "docks" } });
      assert.equal(answer.status, 200, answer.text);
      const rows = await world.rows(
        `SELECT requester, status_code, input_token_count, output_token_count, request_streaming, usage_context['team'], governance.endpoint_name FROM system.serving.endpoint_usage WHERE client_request_id = '${id}'`,
      );
      const streamed = String("stream" in more);
      assert.deepEqual(rows, [["ben@board.org", "200", "11", "7", streamed, "docks", "alone"]]);
    }
  });

  it("is reckoned from its characters when the provider counts nothing", async () => {
    world.first.behaviour = saying("12345678", null);
    await ask("alone", { client_request_id: "reckoned" });
    const [row] = await world.rows(
      "SELECT input_token_count, output_token_count, governance.is_estimate FROM system.serving.endpoint_usage WHERE client_request_id = 'reckoned'",
    );
    assert.deepEqual(row, [String(Math.ceil(messages[0].content.length / 4)), "2", "true"]);
  });

  it("is joined to what served it by the id of the served entity", async () => {
    const rows = await world.rows(
      "SELECT DISTINCT e.endpoint_name, e.entity_name, e.entity_type FROM system.serving.endpoint_usage u JOIN system.serving.served_entities e ON u.served_entity_id = e.served_entity_id WHERE e.endpoint_name = 'alone'",
    );
    assert.deepEqual(rows, [["alone", "upstream-0", "EXTERNAL_MODEL"]]);
  });
});
