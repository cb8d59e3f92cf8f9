import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import type { JsonObject } from "#base/json.ts";
import { saying } from "./provider.ts";
import { type GatewayWorld, gatewayWorld } from "./world.ts";

const SSN = "536-90-4399";
const MAIL = "rosa.diaz@board.example";
const both = (more: object) => ({ guardrails: { input: more, output: more } });

describe("guardrails of an endpoint", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    await world.serve("masked", { ai_gateway: both({ pii: { behavior: "MASK" } }) });
    await world.serve("blocked", { ai_gateway: both({ pii: { behavior: "BLOCK" } }) });
    await world.serve("worded", { ai_gateway: both({ invalid_keywords: ["kraken"] }) });
  });
  after(() => world[Symbol.asyncDispose]());

  const ask = (endpoint: string, content: string, more: object = {}) =>
    world.send(
      "POST",
      `/serving-endpoints/${endpoint}/invocations`,
      { messages: [{ role: "user", content }], ...more },
      "ben",
    );
  const contentOf = ({ body }: { readonly body: JsonObject }): string =>
    String(((body.choices as JsonObject[])[0]?.message as JsonObject | undefined)?.content);

  it("hide personal data from the model, and in what it says from the caller, whole and streamed", async () => {
    world.first.behaviour = saying(`Write to ${MAIL} about it.`);
    const whole = await ask("masked", `I am ${MAIL}.`);
    assert.equal(contentOf(whole), "Write to <EMAIL_ADDRESS> about it.");
    const sent = JSON.stringify(world.first.received.at(-1)?.body);
    assert.ok(sent.includes("<EMAIL_ADDRESS>") && !sent.includes(MAIL));
    for (const n of [1, 3]) {
      const streamed = await ask("masked", "hello", { stream: true, n });
      assert.equal(streamed.text.match(/EMAIL_ADDRESS/g)?.length, n);
      assert.doesNotMatch(streamed.text, /rosa|diaz|board\.example/);
    }
  });

  it("refuse a question before anybody is asked, and never repeat what they found", async () => {
    const before = world.first.received.length;
    const refused = await ask("blocked", `My number is SSN ${SSN}.`, { client_request_id: "refused" });
    assert.equal(refused.status, 400);
    const told = JSON.parse(String(refused.body.message)) as JsonObject;
    assert.equal(told.finishReason, "input_guardrail_triggered");
    assert.equal((told.input_guardrail as JsonObject[])[0]?.pii_detection, true);
    assert.doesNotMatch(refused.text, /4399/);
    assert.equal(world.first.received.length, before);
    const [row] = await world.rows(
      "SELECT status_code, input_token_count, governance.findings FROM system.serving.endpoint_usage WHERE client_request_id = 'refused'",
    );
    assert.deepEqual(row?.slice(0, 2), ["400", "0"]);
    assert.match(String(row?.[2]), /"guardrail":"pii".*US_SSN/);
    assert.doesNotMatch(String(row?.[2]), /4399/);
  });

  it("cut a stream where what may not leave begins, and refuse the same answer whole", async () => {
    world.first.behaviour = saying(`The number is SSN ${SSN} as asked.`);
    const streamed = await ask("blocked", "hello", { stream: true });
    assert.match(streamed.text, /"finish_reason":"content_filter"/);
    assert.doesNotMatch(streamed.text, /536|4399|as asked/);
    const whole = await ask("blocked", "hello");
    assert.equal(whole.status, 400);
    assert.match(String(whole.body.message), /output_guardrail_triggered/);
    assert.doesNotMatch(whole.text, /4399/);
  });

  it("cannot be switched off by anything that a question says", async () => {
    for (const more of [{ guardrails: {} }, { metadata: { guardrails: [] } }, { extra_body: {} }]) {
      const answer = await ask("worded", "tell me of the KRAKEN", more);
      assert.equal(answer.status, 400);
    }
  });

  it("hold in every protocol that the vendors' own clients speak", async () => {
    world.first.behaviour = saying(`Write to ${MAIL} about it.`);
    const openai = new OpenAI({
      baseURL: `${world.origin}/ai-gateway/openai/v1`,
      apiKey: world.token("ben"),
      maxRetries: 0,
    });
    const response = await openai.responses.create({ model: "masked", input: "hello" });
    assert.equal(response.output_text, "Write to <EMAIL_ADDRESS> about it.");
    const events = openai.responses.stream({ model: "masked", input: "hello" });
    assert.equal((await events.finalResponse()).output_text, "Write to <EMAIL_ADDRESS> about it.");
    const anthropic = new Anthropic({
      baseURL: `${world.origin}/ai-gateway/anthropic`,
      authToken: world.token("ben"),
      apiKey: null,
      maxRetries: 0,
    });
    const asked = { model: "masked", max_tokens: 100, messages: [{ role: "user", content: "hello" }] } as const;
    const whole = await anthropic.messages.create({ ...asked, messages: [...asked.messages] });
    const text = [{ type: "text", text: "Write to <EMAIL_ADDRESS> about it." }];
    assert.deepEqual(
      whole.content.map(({ type, ...rest }) => ({ type, text: "text" in rest ? rest.text : "" })),
      text,
    );
    const stream = anthropic.messages.stream({ ...asked, messages: [...asked.messages] });
    assert.equal(await stream.finalText(), text[0]?.text);
    const gemini = "/ai-gateway/gemini/v1beta/models/masked:streamGenerateContent?alt=sse";
    const { text: told } = await world.send(
      "POST",
      gemini,
      { contents: [{ role: "user", parts: [{ text: "x" }] }] },
      "ben",
    );
    assert.match(told, /EMAIL_ADDRESS/);
    assert.doesNotMatch(told, /rosa|board\.example/);
  });
});

describe("rate limits of an endpoint", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    const rate_limits = [
      { calls: 3, key: "user", renewal_period: "hour" },
      { tokens: 200, key: "user", principal: "cleo@board.org", renewal_period: "hour" },
    ];
    await world.serve("limited", { ai_gateway: { rate_limits } });
  });
  after(() => world[Symbol.asyncDispose]());

  it("let so many through, say when to come again, and are on record", async () => {
    const ask = (as: "ben" | "cleo", more: object = {}) =>
      world.send(
        "POST",
        "/serving-endpoints/limited/invocations",
        { messages: [{ role: "user", content: "hello" }], ...more },
        as,
      );
    const asked = await Promise.all(Array.from({ length: 8 }, () => ask("ben", { client_request_id: "many" })));
    assert.equal(asked.filter((one) => one.status === 200).length, 3);
    const refused = asked.find((one) => one.status === 429)!;
    assert.equal(refused.body.error_code, "REQUEST_LIMIT_EXCEEDED");
    assert.match(String(refused.body.message), /'ben@board\.org' on serving endpoint 'limited': 3 calls per hour/);
    assert.ok(Number(refused.headers.get("retry-after")) > 0);
    assert.equal(world.first.received.length, 3);
    const [row] = await world.rows(
      "SELECT count_if(status_code = 429), count_if(status_code = 200) FROM system.serving.endpoint_usage WHERE client_request_id = 'many'",
    );
    assert.deepEqual(row, ["5", "3"]);
    assert.equal((await ask("cleo", { max_tokens: 150 })).status, 200);
    assert.equal((await ask("cleo", { max_tokens: 150 })).status, 200, "what was not used was given back");
    assert.equal((await ask("cleo", { max_tokens: 190 })).status, 429);
  });
});
