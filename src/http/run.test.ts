import assert from "node:assert/strict";
import { test } from "node:test";
import { Type } from "typebox";
import { type Endpoint, Reply } from "#api/endpoint.ts";
import type { Services } from "#api/services.ts";
import { type Incoming, runEndpoint } from "./run.ts";

/** A stream of two chunks, of which the second comes when it is let, through an endpoint whose permit tells when it is settled. */
async function streamed(isSettling: boolean) {
  const said: string[] = [];
  const second = Promise.withResolvers<void>();
  const permit = {
    settle: async ({ status }: { readonly status: string }) => {
      if (!said.includes("settled")) said.push("settled", status);
    },
  };
  async function* body(): AsyncGenerator<string> {
    yield "first";
    await second.promise;
    if (isSettling) await permit.settle({ status: "ok" });
    yield "last";
  }
  const endpoint = {
    open: "a test",
    input: Type.Object({}),
    enter: async () => ({ permit, reply: async () => new Reply({ body: body(), isSettling }) }),
  } as unknown as Endpoint;
  const incoming = { query: new URLSearchParams(), params: {}, body: "", call: {} } as unknown as Incoming;
  const reply = await runEndpoint(endpoint, {} as Services, incoming);
  const reading = (async () => {
    for await (const chunk of reply.body as AsyncIterable<string>) said.push(chunk);
  })();
  await new Promise((resolve) => setImmediate(resolve));
  const before = [...said];
  second.resolve();
  await reading;
  return { before, said };
}

test("of a stream that settles its permit each chunk leaves as it comes, the last one once that is durable", async () => {
  const { before, said } = await streamed(true);
  assert.deepEqual(before, ["first"]);
  assert.deepEqual(said, ["first", "settled", "ok", "last"]);
});

test("of any other stream a chunk leaves when the next one is there, and the last one once the permit is settled", async () => {
  const { before, said } = await streamed(false);
  assert.deepEqual(before, []);
  assert.deepEqual(said, ["first", "settled", "ok", "last"]);
});
