import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, embedMany, generateText, isStepCount, jsonSchema, Output, streamText, tool } from "ai";
import { type Behaviour, embedding, saying } from "../gateway/provider.ts";
import { type GatewayWorld, gatewayWorld } from "../gateway/world.ts";

/** Calls the tool that it is offered, and after its result says it again. Shapes after the types of the `openai` package; not recorded. */
const calling =
  (name: string, values: object): Behaviour =>
  (received, response) => {
    const result = received.body.messages.find((one) => one.role === "tool");
    if (result) return saying(`It is ${String(result.content)}`)(received, response);
    const { model } = received.body;
    const call = { index: 0, id: "call_1", type: "function", function: { name, arguments: JSON.stringify(values) } };
    const shared = { id: "c1", object: "chat.completion.chunk", created: 1, model };
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const choice of [
      { index: 0, delta: { role: "assistant", tool_calls: [call] }, finish_reason: null },
      { index: 0, delta: {}, finish_reason: "tool_calls" },
    ])
      response.write(`data: ${JSON.stringify({ ...shared, choices: [choice] })}\n\n`);
    response.end("data: [DONE]\n\n");
  };

describe("Vercel's AI SDK with its provider for what is compatible with OpenAI", () => {
  let world: GatewayWorld;
  const providerOf = (person: "ben" | "dan") =>
    createOpenAICompatible({
      name: "lakeward",
      baseURL: `${world.origin}/serving-endpoints`,
      apiKey: world.token(person),
      includeUsage: true,
      supportsStructuredOutputs: true,
    });
  const chat = (person: "ben" | "dan" = "ben") => providerOf(person)("relay");

  before(async () => {
    world = await gatewayWorld();
    await world.serve("relay", { ai_gateway: { guardrails: { output: { pii: { behavior: "MASK" } } } } });
    await world.serve("vectors", { task: "llm/v1/embeddings" });
  });

  after(() => world[Symbol.asyncDispose]());

  it("asks a model, and is told what it may see of the answer and what it took", async () => {
    world.first.behaviour = saying("Write to ben@board.example about it.");
    const { text, usage, finishReason } = await generateText({ model: chat(), prompt: "To whom?" });
    assert.equal(text, "Write to <EMAIL_ADDRESS> about it.");
    assert.deepEqual([usage.inputTokens, usage.outputTokens, finishReason], [11, 7, "stop"]);
  });

  it("reads a stream, masked as it comes, with its usage at the end", async () => {
    world.first.behaviour = saying("One two, then write to ben@board.example about it.");
    const { textStream, usage } = streamText({ model: chat(), prompt: "To whom?" });
    const pieces = await Array.fromAsync(textStream);
    assert.ok(pieces.length > 3);
    assert.equal(pieces.join(""), "One two, then write to <EMAIL_ADDRESS> about it.");
    assert.equal((await usage).totalTokens, 18);
  });

  it("runs a tool that the model calls on a stream, and the model goes on with what it gave", async () => {
    world.first.behaviour = calling("weather", { city: "Oslo" });
    const cities: string[] = [];
    const weather = tool({
      description: "The weather in a city",
      inputSchema: jsonSchema<{ city: string }>({
        type: "object",
        properties: { city: { type: "string" } },
        required: ["city"],
      }),
      execute: ({ city }) => {
        cities.push(city);
        return "snow";
      },
    });
    const { text, steps } = streamText({
      ...{ model: chat(), prompt: "Weather?", tools: { weather }, stopWhen: isStepCount(3) },
    });
    assert.equal(await text, "It is snow");
    assert.deepEqual(cities, ["Oslo"]);
    assert.equal((await steps).length, 2);
  });

  it("gets an object of the schema that it asked for, which reaches the provider", async () => {
    world.first.behaviour = saying('{"colour":"red"}');
    world.first.received.length = 0;
    const schema = jsonSchema<{ colour: string }>({
      type: "object",
      properties: { colour: { type: "string" } },
      required: ["colour"],
      additionalProperties: false,
    });
    const { output } = await generateText({ model: chat(), prompt: "Colour?", output: Output.object({ schema }) });
    assert.deepEqual(output, { colour: "red" });
    const format = world.first.received[0]!.body.response_format as { readonly type: string };
    assert.equal(format.type, "json_schema");
  });

  it("gets vectors of texts, each in its place", async () => {
    world.first.behaviour = embedding(3);
    const { embeddings } = await embedMany({
      model: providerOf("ben").embeddingModel("vectors"),
      values: ["ab", "abcd"],
    });
    assert.deepEqual(embeddings, [
      [2, 2, 2],
      [4, 4, 4],
    ]);
  });

  it("is refused as any client for who may not query, in words that it can tell", async () => {
    await assert.rejects(generateText({ model: chat("dan"), prompt: "x", maxRetries: 0 }), (thrown: unknown) => {
      assert.ok(APICallError.isInstance(thrown));
      assert.equal(thrown.statusCode, 404);
      assert.match(thrown.message, /relay/);
      return true;
    });
  });
});
