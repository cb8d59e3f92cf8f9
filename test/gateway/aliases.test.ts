import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import OpenAI from "openai";
import type { JsonObject } from "#base/json.ts";
import { type GatewayWorld, gatewayWorld } from "./world.ts";

const LLAMA = "databricks-meta-llama-3-3-70b-instruct";
const messages = [{ role: "user", content: "How deep is it?" }] as const;

describe("a name of Databricks' models", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld(
      `models:\n  aliases:\n    ${LLAMA}: advisor\n    system.ai.gte-large-en: vectors\n    databricks-gpt-5: missing\n`,
    );
    await world.serve("advisor", { ai_gateway: { rate_limits: [{ calls: 9, renewal_period: "hour" }] } });
    const served_entities = [{ entity_name: "lakeward-embeddings" }];
    await world.send("POST", "/api/2.0/serving-endpoints", { name: "vectors", config: { served_entities } });
  });
  after(() => world[Symbol.asyncDispose]());

  it("leads to the endpoint that the operator named, whose rights, limits and record count", async () => {
    const body = { messages, client_request_id: "by-alias" };
    const asked = await world.send("POST", `/serving-endpoints/${LLAMA}/invocations`, body, "ben");
    assert.equal(asked.status, 200, asked.text);
    assert.equal(asked.headers.get("x-ratelimit-remaining-requests"), "8");
    const client = new OpenAI({ baseURL: `${world.origin}/serving-endpoints`, apiKey: world.token("ben") });
    const { choices } = await client.chat.completions.create({ model: LLAMA, messages: [...messages] });
    assert.equal(choices[0]?.message.content, "first");
    const gemini = `/ai-gateway/gemini/v1beta/models/${LLAMA}:generateContent`;
    const contents = [{ role: "user", parts: [{ text: "How deep is it?" }] }];
    assert.equal((await world.send("POST", gemini, { contents }, "ben")).status, 200);
    const rows = await world.rows(
      "SELECT e.endpoint_name FROM system.serving.endpoint_usage u JOIN system.serving.served_entities e ON u.served_entity_id = e.served_entity_id WHERE u.client_request_id = 'by-alias'",
    );
    assert.deepEqual(rows, [["advisor"]]);
    const told = await world.send("POST", `/serving-endpoints/${LLAMA}/invocations`, { messages }, "dan");
    assert.equal(told.status, 404);
  });

  it("leads to an embedding endpoint alike, and its description is that endpoint's", async () => {
    const body = { model: "system.ai.gte-large-en", input: "harbour" };
    const made = await world.send("POST", "/ai-gateway/mlflow/v1/embeddings", body);
    assert.deepEqual([made.status, made.body.object], [200, "list"], made.text);
    const shown = await world.send("GET", `/api/2.0/serving-endpoints/${LLAMA}`, null);
    assert.deepEqual([shown.status, shown.body.name], [200, "advisor"]);
  });

  it("that nothing is configured for answers with how to do that, whether or not there is such an endpoint", async () => {
    await world.send("POST", "/api/2.0/serving-endpoints", {
      name: "databricks-gte-large-en",
      config: { served_entities: [{ entity_name: "lakeward-embeddings" }] },
    });
    const ask = (model: string) => world.send("POST", "/serving-endpoints/embeddings", { model, input: "x" }, "dan");
    const [hidden, missing] = [await ask("databricks-gte-large-en"), await ask("databricks-bge-large-en")];
    assert.deepEqual([hidden.status, missing.status], [404, 404]);
    const says = ({ body }: { readonly body: JsonObject }) => String(body.message).replaceAll("gte", "bge");
    assert.equal(says(hidden), says(missing));
    assert.match(
      says(missing),
      /'databricks-bge-large-en: <endpoint>' under 'models\.aliases' in lakeward\.yaml\. On Databricks its vectors have 1024 numbers/,
    );
    const chat = await world.send("POST", "/serving-endpoints/databricks-claude-sonnet-4/invocations", { messages });
    assert.match(String(chat.body.message), /'databricks-claude-sonnet-4: <endpoint>' under 'models\.aliases'/);
    const plain = await world.send("POST", "/serving-endpoints/glone/invocations", { messages });
    assert.doesNotMatch(String(plain.body.message), /aliases/);
    const dangling = await world.send("POST", "/serving-endpoints/databricks-gpt-5/invocations", { messages });
    assert.match(String(dangling.body.message), /'missing' does not exist/);
  });

  it("is no name for a new endpoint while it leads to another", async () => {
    const config = { served_entities: [{ entity_name: "lakeward-offline" }] };
    const refused = await world.send("POST", "/api/2.0/serving-endpoints", { name: LLAMA, config });
    assert.equal(refused.status, 400);
    assert.match(String(refused.body.message), /means the endpoint 'advisor' here, by 'models\.aliases'/);
  });
});
