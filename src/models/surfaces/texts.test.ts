import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import { completions } from "./completions.ts";
import { embeddings } from "./embeddings.ts";

const asked = {
  messages: [{ role: "user", parts: [{ type: "text", text: "hi" }] }],
  tools: [],
  sampling: {},
  stream: false,
};

test("a prompt, alone or in a list, is one message of a user, with how to choose words", () => {
  assert.deepEqual(completions.read({ prompt: "hi" }), asked);
  assert.deepEqual(completions.read({ prompt: ["hi"], echo: false, best_of: 1, logprobs: null, user: "u" }), asked);
  const body = {
    prompt: "hi",
    n: 2,
    max_tokens: 7,
    temperature: 0.5,
    top_p: 0.9,
    stop: "x",
    seed: 4,
    presence_penalty: 1,
    frequency_penalty: -1,
    stream: true,
  };
  const { prompt: _, stop, stream, ...sampling } = body;
  assert.deepEqual(completions.read(body), { ...asked, sampling: { ...sampling, stop: [stop] }, stream });
});

test("texts to embed are read, alone and in a list", () => {
  assert.deepEqual(embeddings.read({ input: "a", user: "u" }), { inputs: ["a"] });
  assert.deepEqual(embeddings.read({ input: ["a", "b"], dimensions: 3, encoding_format: "base64" }), {
    inputs: ["a", "b"],
    dimensions: 3,
  });
});

// biome-ignore format: a table is read in columns
const refused: readonly (readonly [says: string, surface: { read(body: JsonObject): unknown }, body: JsonObject, message: RegExp])[] = [
  ["a field that is none",  completions, { prompt: "hi", api_base: "x" },             /Unknown field 'api_base'/],
  ["two prompts",           completions, { prompt: ["a", "b"] },                      /'prompt' must be one text/],
  ["a prompt of tokens",    completions, { prompt: [1, 2] },                          /'prompt' must be text: token ids are not supported/],
  ["prompts of tokens",     completions, { prompt: [[1, 2]] },                        /token ids are not supported/],
  ["logprobs",              completions, { prompt: "hi", logprobs: 3 },               /'logprobs' is not supported/],
  ["logprobs of none",      completions, { prompt: "hi", logprobs: 0 },               /'logprobs' is not supported/],
  ["an echo",               completions, { prompt: "hi", echo: true },                /'echo' is not supported: put the prompt before/],
  ["a suffix",              completions, { prompt: "hi", suffix: "x" },               /'suffix' is not supported/],
  ["the best of several",   completions, { prompt: "hi", best_of: 3 },                /'best_of' is not supported: ask for several answers by 'n'/],
  ["a field of an option",  completions, { prompt: "hi", stream_options: { x: 1 } },  /Unknown field 'stream_options\.x'/],
  ["five stops",            completions, { prompt: "hi", stop: ["1", "2", "3", "4", "5"] }, /'stop' has at most 4/],
  ["an unknown field",      embeddings,  { input: "a", base_url: "x" },               /Unknown field 'base_url'/],
  ["tokens to embed",       embeddings,  { input: [1, 2] },                           /'input' must be text: token ids are not supported/],
  ["lists of tokens",       embeddings,  { input: [[1], [2]] },                       /token ids are not supported/],
  ["nothing to embed",      embeddings,  { input: [] },                               /'input' must have from 1 to 2048 texts/],
  ["another encoding",      embeddings,  { input: "a", encoding_format: "int8" },     /'encoding_format' must be one of: float, base64/],
  ["an instruction",        embeddings,  { input: "a", instruction: "b" },            /'instruction' is not supported: put it before each text/],
];
for (const [says, surface, body, message] of refused)
  test(`${says} is refused by its name`, () => {
    assert.throws(
      () => surface.read(body),
      (thrown) => thrown instanceof Fault && thrown.code === "BAD_REQUEST" && message.test(thrown.message),
    );
  });
