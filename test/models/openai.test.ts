import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import OpenAI, { APIError } from "openai";
import type { JsonObject } from "#base/json.ts";
import { wholeAnswer } from "../../src/models/answer.ts";
import { chunkEvents, completionEvents } from "../../src/models/providers/openai/answer.ts";
import { embeddings, surfaces } from "../../src/models/surfaces/mod.ts";
import { answering, each, frameOf, saidOf, sent, streams } from "./answers.ts";

const clientOf = (body: Parameters<typeof answering>[0]): OpenAI =>
  new OpenAI({ apiKey: "k", baseURL: "http://server.example/v1", fetch: answering(body), maxRetries: 0 });

const { chat, completions, responses } = surfaces;
const chatBody = { messages: [{ role: "user", content: "hi" }], stream_options: { include_usage: true } };

const chatSaid = (completion: OpenAI.ChatCompletion) =>
  completion.choices.map(({ message, finish_reason }) => ({
    text: message.content ?? "",
    thought: (message as { reasoning_content?: string }).reasoning_content ?? "",
    refusal: message.refusal ?? "",
    calls: (message.tool_calls ?? []).map((call) => {
      assert.equal(call.type, "function");
      return { id: call.id, name: call.function.name, arguments: JSON.parse(call.function.arguments) as unknown };
    }),
    finish: finish_reason,
  }));

test("chat: OpenAI's own reader makes of a stream what the answer is whole, for every choice", async () => {
  await fc.assert(
    fc.asyncProperty(streams(3), async (events) => {
      const answer = await wholeAnswer(each(events));
      const client = clientOf(await sent(chat, chatBody, each(events)));
      const folded = await client.chat.completions.stream({ model: "m", messages: [] }).finalChatCompletion();
      const whole = chat.whole(answer, frameOf(chat, chatBody)) as unknown as OpenAI.ChatCompletion;
      assert.deepEqual(chatSaid(folded), chatSaid(whole));
      assert.deepEqual(folded.usage, whole.usage);
      assert.deepEqual(chatSaid(whole), saidOf(answer));
    }),
    { numRuns: 100 },
  );
});

test("chat: what a model thought is parts of the content for whoever asks in Databricks' word, and is read back with its proof", async () => {
  const thinking = { ...chatBody, thinking: { type: "enabled", budget_tokens: 9 } };
  const events = [
    { type: "reasoning", choice: 0, text: "shoal" },
    { type: "reasoning", choice: 0, text: " water", signature: "s" },
    { type: "text", choice: 0, text: "Deep." },
    { type: "finish", choice: 0, reason: "stop" },
  ] as const;
  const part = (text: string, signature: string) => ({
    type: "reasoning",
    summary: [{ type: "summary_text", text, signature }],
  });
  const text = await sent(chat, thinking, each(events));
  const deltas: unknown[] = [];
  for await (const { choices } of await clientOf(text).chat.completions.create({
    model: "m",
    messages: [],
    stream: true,
  }))
    deltas.push(...choices.map(({ delta }) => delta.content ?? null));
  assert.deepEqual(deltas, ["", [part("shoal", "")], [part(" water", "s")], "Deep.", null]);
  const whole = chat.whole(await wholeAnswer(each(events)), frameOf(chat, thinking));
  const [{ message }] = whole.choices as [{ message: JsonObject }];
  assert.deepEqual(message.content, [part("shoal water", "s"), { type: "text", text: "Deep." }]);
  assert.equal(message.reasoning_content, undefined);
  const [said] = chat.read({ messages: [message] }).messages;
  assert.deepEqual(said!.parts, [
    { type: "reasoning", text: "shoal water", signature: "s" },
    { type: "text", text: "Deep." },
  ]);
  async function* bytes() {
    yield new TextEncoder().encode(text);
  }
  for (const read of [completionEvents(whole), chunkEvents(bytes())])
    assert.deepEqual((await wholeAnswer(each(await Array.fromAsync(read)))).choices, [
      { text: "Deep.", reasoning: "shoal water", signature: "s", refusal: "", tool_calls: [], finish: "stop" },
    ]);
});

test("completions: the texts, reasons and usage that OpenAI's client reads are the answer's, whole and streamed", async () => {
  const body = { prompt: "hi", stream_options: { include_usage: true } };
  await fc.assert(
    fc.asyncProperty(streams(3, false), async (events) => {
      const answer = await wholeAnswer(each(events));
      const whole = completions.whole(answer, frameOf(completions, body)) as unknown as OpenAI.Completion;
      const client = clientOf(await sent(completions, body, each(events)));
      const texts = answer.choices.map(() => "");
      const finishes: string[] = [];
      let usage: OpenAI.CompletionUsage | undefined;
      for await (const chunk of await client.completions.create({ model: "m", prompt: "hi", stream: true })) {
        for (const one of chunk.choices) {
          texts[one.index] += one.text;
          if (one.finish_reason) finishes[one.index] = one.finish_reason;
        }
        usage = chunk.usage ?? usage;
      }
      assert.deepEqual(
        texts,
        whole.choices.map((one) => one.text),
      );
      assert.deepEqual(
        finishes,
        whole.choices.map((one) => one.finish_reason),
      );
      assert.deepEqual(usage, whole.usage);
      assert.deepEqual(
        texts,
        answer.choices.map((one) => one.text + one.refusal),
      );
    }),
    { numRuns: 100 },
  );
});

const responsesBody = { input: "hi", reasoning: { summary: "auto" }, include: ["reasoning.encrypted_content"] };

test("responses: OpenAI's own reader makes of a stream what the answer is whole", async () => {
  await fc.assert(
    fc.asyncProperty(streams(1), async (events) => {
      const answer = await wholeAnswer(each(events));
      const client = clientOf(await sent(responses, responsesBody, each(events)));
      const folded = await client.responses.stream({ model: "m", input: "hi" }).finalResponse();
      const { output_text: _, ...whole } = (await clientOf(
        responses.whole(answer, frameOf(responses, responsesBody)),
      ).responses.create({ model: "m", input: "hi" })) as OpenAI.Responses.Response;
      assert.deepEqual(JSON.parse(JSON.stringify({ ...folded, output: 0 })).usage, whole.usage);
      const items = folded.output.map(
        (item) => JSON.parse(JSON.stringify(item)) as OpenAI.Responses.ResponseOutputItem,
      );
      assert.deepEqual(stripped(items), stripped(whole.output));
      const [said] = saidOf(answer);
      assert.equal(textOf(whole.output), said!.text);
      assert.deepEqual(
        whole.output.flatMap((item) =>
          item.type === "function_call"
            ? [{ id: item.call_id, name: item.name, arguments: JSON.parse(item.arguments) as unknown }]
            : [],
        ),
        said!.calls,
      );
      const reason = { length: "max_output_tokens", content_filter: "content_filter" }[said!.finish];
      assert.equal(folded.incomplete_details?.reason, reason);
      assert.equal(folded.status, reason ? "incomplete" : "completed");
    }),
    { numRuns: 100 },
  );
});

/** What the client parses out of texts is its own. */
const stripped = (items: readonly object[]): unknown =>
  JSON.parse(
    JSON.stringify(items, (key, value) => (key === "parsed" || key === "parsed_arguments" ? undefined : value)),
  );

const textOf = (items: readonly OpenAI.Responses.ResponseOutputItem[]): string =>
  items
    .flatMap((item) => (item.type === "message" ? item.content : []))
    .map((one) => (one.type === "output_text" ? one.text : ""))
    .join("");

test("responses: what is folded from the deltas alone is what the last event holds", async () => {
  await fc.assert(
    fc.asyncProperty(streams(1), async (events) => {
      const text = await sent(responses, responsesBody, each(events));
      const told = text.split("\n\n").flatMap((one) => (one ? [JSON.parse(one.split("\ndata: ")[1]!)] : []));
      assert.deepEqual(
        told.map((one) => one.sequence_number),
        told.map((_, index) => index),
      );
      const grown = new Map<string, string>();
      for (const one of told)
        if (one.type.endsWith(".delta")) {
          const key = `${one.item_id} ${one.content_index ?? ""}`;
          grown.set(key, (grown.get(key) ?? "") + one.delta);
        }
      const held = new Map<string, string>();
      for (const item of told.at(-1).response.output) {
        if (item.type === "function_call" && item.arguments) held.set(`${item.id} `, item.arguments);
        for (const part of item.summary ?? []) held.set(`${item.id} `, part.text);
        for (const [index, part] of (item.content ?? []).entries())
          held.set(`${item.id} ${index}`, part.text ?? part.refusal);
      }
      assert.deepEqual(grown, held);
    }),
    { numRuns: 100 },
  );
});

for (const [name, surface, body] of [
  ["chat", chat, chatBody],
  ["completions", completions, { prompt: "hi" }],
  ["responses", responses, { input: "hi" }],
] as const)
  test(`${name}: an error amid a stream reaches OpenAI's client as an error`, async () => {
    const begun = (await sent(surface, body, each([{ type: "text", choice: 0, text: "a" }]))).split("data: [DONE]")[0]!;
    const text = begun + surface.failure({ code: "BAD_GATEWAY", message: "It broke. Try again.", http: 502 });
    const client = clientOf(text);
    const reading = {
      chat: () => client.chat.completions.create({ model: "m", messages: [], stream: true }),
      completions: () => client.completions.create({ model: "m", prompt: "", stream: true }),
      responses: () => client.responses.create({ model: "m", input: "", stream: true }),
    }[name];
    const read = Array.fromAsync(
      (await reading()) as AsyncIterable<{ readonly type?: string; readonly message?: string }>,
    );
    if (name !== "responses")
      return await assert.rejects(read, (thrown) => {
        assert.ok(thrown instanceof APIError);
        const { type, code, param, error } = thrown;
        assert.deepEqual([type, code, param], ["server_error", "BAD_GATEWAY", null]);
        assert.equal((error as Error).message, "It broke. Try again.");
        return true;
      });
    const last = (await read).at(-1)!;
    assert.deepEqual([last.type, last.message], ["error", "It broke. Try again."]);
  });

test("responses: an answer that breaks off is ended by an error with the next number", async () => {
  async function* broken() {
    yield { type: "text", choice: 0, text: "a" } as const;
    throw new Error("secret");
  }
  const text = await sent(responses, { input: "hi" }, broken());
  const told = text.split("\n\n").flatMap((one) => (one ? [JSON.parse(one.split("\ndata: ")[1]!)] : []));
  const { type, code, sequence_number } = told.at(-1);
  assert.deepEqual([type, code, sequence_number], ["error", "INTERNAL_ERROR", told.length - 1]);
  assert.doesNotMatch(text, /secret/);
});

test("embeddings: OpenAI's client reads the numbers, packed and plain", async () => {
  const numbers = fc.array(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), {
    minLength: 1,
  });
  await fc.assert(
    fc.asyncProperty(numbers, async (vectors) => {
      const answer = { vectors, usage: { input_tokens: 3, output_tokens: 0 } };
      const asked = { model: "m", input: "x" };
      const packed = clientOf(
        embeddings.whole(answer, { model: "m", body: { input: "x", encoding_format: "base64" } }),
      );
      const plain = clientOf(embeddings.whole(answer, { model: "m", body: { input: "x" } }));
      const read = await packed.embeddings.create(asked);
      const wanted = vectors.map((one) => one.map((value) => value + 0 || 0));
      assert.deepEqual(
        read.data.map((one) => one.embedding.map((value) => value || 0)),
        wanted,
      );
      const same = await plain.embeddings.create({ ...asked, encoding_format: "float" });
      assert.deepEqual(
        same.data.map((one) => one.embedding.map((value) => value || 0)),
        wanted,
      );
      assert.deepEqual(read.usage, { prompt_tokens: 3, total_tokens: 3 });
    }),
    { numRuns: 50 },
  );
});
