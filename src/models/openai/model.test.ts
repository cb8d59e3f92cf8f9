import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "#wire/errors.ts";
import { type ModelEgress, openaiModel } from "./mod.ts";

const server = { base_url: "https://models.example/v1/", api_key: "k-1", model: "upstream" };
const request = { model: "endpoint", messages: [{ role: "user" as const, content: "hi" }] };

function egressThat(
  status: number,
  pieces: readonly string[],
  seen: { url?: string; body?: string; key?: string } = {},
): ModelEgress {
  const note = (url: string, body: string, headers: Readonly<Record<string, string>>): void =>
    void Object.assign(seen, { url, body, key: headers.authorization });
  return {
    fetch: async (url, { body, headers }) => {
      note(url, body, headers);
      return { status, text: () => pieces.join("") };
    },
    open: async (url, { body, headers }) => {
      note(url, body, headers);
      async function* parts(): AsyncIterable<Uint8Array> {
        for (const piece of pieces) yield new TextEncoder().encode(piece);
      }
      return { status, body: parts() };
    },
  };
}

test("the request goes through under the server's own model name and key", async () => {
  const seen: { url?: string; body?: string; key?: string } = {};
  const completion = { id: "1", choices: [{ index: 0 }] };
  const answer = await openaiModel(server, egressThat(200, [JSON.stringify(completion)], seen)).complete(request);
  assert.equal(answer.id, "1");
  assert.equal(seen.url, "https://models.example/v1/chat/completions");
  assert.equal(seen.key, "Bearer k-1");
  assert.deepEqual(JSON.parse(seen.body!), { ...request, model: "upstream", stream: false });
});

test("a stream is read across the borders of its pieces and ends at [DONE]", async () => {
  const pieces = [
    'data: {"id":"a","cho',
    'ices":[]}\n\ndata: {"id":"b","choices":[]}\n',
    "\ndata: [DONE]\n\n",
    'data: {"id":"c","choices":[]}\n',
  ];
  const chunks = await Array.fromAsync(openaiModel(server, egressThat(200, pieces)).stream(request));
  assert.deepEqual(
    chunks.map((one) => one.id),
    ["a", "b"],
  );
});

test("a refusal becomes a Fault that shows neither the key nor the server's words", async () => {
  for (const [status, code] of [
    [429, "RESOURCE_EXHAUSTED"],
    [400, "BAD_REQUEST"],
    [401, "BAD_GATEWAY"],
  ] as const) {
    const model = openaiModel(server, egressThat(status, ["secret words k-1"]));
    await assert.rejects(model.complete(request), (thrown) => {
      assert.ok(thrown instanceof Fault);
      assert.equal(thrown.code, code);
      assert.doesNotMatch(thrown.message, /k-1|secret/);
      return true;
    });
  }
});
