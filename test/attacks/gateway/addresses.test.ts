import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import { saying } from "../../gateway/provider.ts";
import { type GatewayWorld, gatewayWorld, KEY } from "../../gateway/world.ts";

const parameters = { type: "object", properties: {} };

/** A question in each protocol, with as many objects within objects as it has. */
const questions: Readonly<Record<string, JsonObject>> = {
  "/serving-endpoints/relay/invocations": {
    messages: [{ role: "user", content: [{ type: "text", text: "hello" }] }],
    tools: [{ type: "function", function: { name: "look", parameters } }],
    tool_choice: { type: "function", function: { name: "look" } },
    response_format: { type: "json_schema", json_schema: { name: "n", schema: parameters } },
    stream_options: { include_usage: true },
    metadata: {},
  },
  "/ai-gateway/openai/v1/responses": {
    model: "relay",
    input: [{ type: "message", role: "user", content: [{ type: "input_text", text: "hello" }] }],
    tools: [{ type: "function", name: "look", parameters }],
    text: { format: { type: "json_schema", name: "n", schema: parameters } },
    reasoning: { effort: "low" },
    metadata: {},
  },
  "/ai-gateway/anthropic/v1/messages": {
    model: "relay",
    max_tokens: 9,
    system: [{ type: "text", text: "be brief" }],
    messages: [{ role: "user", content: [{ type: "text", text: "hello" }] }],
    tools: [{ name: "look", input_schema: parameters }],
    tool_choice: { type: "auto" },
    metadata: {},
  },
  "/ai-gateway/gemini/v1beta/models/relay:generateContent": {
    contents: [{ role: "user", parts: [{ text: "hello" }] }],
    systemInstruction: { parts: [{ text: "be brief" }] },
    tools: [{ functionDeclarations: [{ name: "look", parametersJsonSchema: parameters }] }],
    generationConfig: { thinkingConfig: { thinkingBudget: 0 } },
    labels: {},
  },
};

/** The value once for each object in it, that object holding `more` too. */
function* smuggled(value: Json, more: JsonObject): Generator<Json> {
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    for (const [at, one] of list.entries()) for (const other of smuggled(one, more)) yield list.with(at, other);
  } else if (isJsonObject(value)) {
    yield { ...value, ...more };
    for (const [name, one] of Object.entries(value))
      for (const other of smuggled(one ?? null, more)) yield { ...value, [name]: other };
  }
}

describe("attacks on the gateway that would have a provider's key sent elsewhere", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    await world.serve("relay");
  });
  after(() => world[Symbol.asyncDispose]());

  // CVE-2024-6587, and LiteLLM's issues 24952, 26996 and 37053: an address in the request, also deep within, got the key.
  for (const [path, question] of Object.entries(questions))
    it(`an address within a question to ${path} is refused or not read, at every depth`, async () => {
      world.first.behaviour = saying("well");
      assert.equal((await world.send("POST", path, question, "ben")).status, 200);
      const before = world.second.received.length;
      let refused = 0;
      let asked = 0;
      for (const field of ["api_base", "base_url", "custom_host", "openai_api_base"])
        for (const body of smuggled(question, { [field]: world.second.base_url })) {
          const { status, text } = await world.send("POST", path, body as object, "ben");
          assert.ok(status === 400 || status === 200, `${JSON.stringify(body)}: ${status} ${text}`);
          if (status === 400) refused += 1;
          const { path: at, headers } = world.first.received.at(-1)!;
          assert.deepEqual([at, headers.authorization], ["/v1/chat/completions", `Bearer ${KEY}`]);
          asked += 1;
        }
      assert.equal(world.second.received.length, before, "the other server heard nothing");
      assert.ok(asked > 20 && refused > asked / 2, `${refused} of ${asked}`);
    });

  // CVE-2025-66405 and Portkey's issue 1718: a header named the host, and paths that nobody manages were passed on.
  it("a header or a path that nobody declared leads to no server", async () => {
    const named = { "x-portkey-custom-host": world.second.base_url, "x-portkey-provider": "openai" };
    const before = world.first.received.length + world.second.received.length;
    for (const path of [
      "/v1/proxy/chat/completions",
      `/v1/proxy/${world.second.base_url}`,
      "/v1/chat/completions",
      "/ai-gateway/openai/v1/files",
      "/ai-gateway/openai/v1/../../mlflow/v1/files",
      "/ai-gateway/anthropic/v1/files",
      "/ai-gateway/gemini/v1beta/files",
      "/serving-endpoints/relay/invocations/../../../v1/models",
      "/serving-endpoints/relay/proxy",
    ]) {
      const response = await fetch(`${world.origin}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${world.token("ben")}`, ...named },
        body: JSON.stringify({ model: "relay", messages: [{ role: "user", content: "hello" }] }),
      });
      assert.ok(response.status === 404 || response.status === 405, `${path}: ${response.status}`);
    }
    assert.equal(world.first.received.length + world.second.received.length, before);
  });

  // GHSA-h7x2-h6g9-p789: whoever could change the address that belongs to a stored key had the key sent there.
  it("a key that is kept goes to the address that it was given with: another address has to bring its own", async () => {
    const config = (base: string, more: object) => ({
      served_entities: [
        {
          external_model: {
            name: "m",
            provider: "openai",
            task: "llm/v1/chat",
            openai_config: { openai_api_base: base, ...more },
          },
        },
      ],
    });
    const own = { name: "kept", config: config(world.first.base_url, { openai_api_key_plaintext: KEY }) };
    assert.equal((await world.send("POST", "/api/2.0/serving-endpoints", own)).status, 200);
    world.second.behaviour = saying("well");
    for (const more of [{}, { openai_api_type: "openai" }]) {
      const moved = config(world.second.base_url, more);
      const { status, text } = await world.send("PUT", "/api/2.0/serving-endpoints/kept/config", moved);
      if (status !== 200) {
        assert.equal(status, 400, text);
        continue;
      }
      const messages = [{ role: "user", content: "hello" }];
      await world.send("POST", "/serving-endpoints/kept/invocations", { messages });
      for (const { headers } of world.second.received) assert.ok(!JSON.stringify(headers).includes(KEY));
    }
    const put = { scope: "providers", key: "openai", string_value: "x", api_base: world.second.base_url };
    await world.send("POST", "/api/2.0/secrets/put", put);
    await world.send("POST", "/serving-endpoints/relay/invocations", { messages: [{ role: "user", content: "x" }] });
    assert.equal(world.first.received.at(-1)!.headers.authorization, "Bearer x", "a secret is its value alone");
  });
});
