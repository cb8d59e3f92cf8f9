import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { isJsonObject } from "#base/json.ts";
import { endpoints } from "../../src/api/all.ts";
import { rows } from "./rows.ts";
import { type Ask, type WireWorld, wireWorld } from "./world.ts";

/** Longer than any name, and short enough for a URL. */
const LONG = "n".repeat(1500);

/** Texts that no name is, put where names and other texts belong. */
const texts = ["\u0000", "__proto__", "a.b.c.d/../e", "'; DROP TABLE principals; --", LONG, "😀\u202e", " "];
/** In a body also what a URL cannot carry. */
const bodyTexts = [...texts, "", "\ud800", "n".repeat(200_000)];
const numbers = [-1, 1.5, 1e308, Number.MAX_SAFE_INTEGER];

/** All ways to put one hostile value into a call. */
function* spoiled(ask: Ask): Generator<Ask> {
  for (const name of Object.keys(ask.path ?? {}))
    for (const text of texts) yield { ...ask, path: { ...ask.path, [name]: text } };
  for (const name of Object.keys(ask.query ?? {}))
    for (const text of texts) yield { ...ask, query: { ...ask.query, [name]: text } };
  const { body } = ask;
  if (typeof body === "string") for (const form of spoiledForms(body)) yield { ...ask, body: form };
  else if (isJsonObject(body)) for (const each of spoiledValues(body)) yield { ...ask, body: each as object };
}

function* spoiledForms(form: string): Generator<string> {
  for (const name of new URLSearchParams(form).keys())
    for (const text of texts) {
      const changed = new URLSearchParams(form);
      changed.set(name, text);
      yield String(changed);
    }
}

/** The value with one text or number in it, however deep, made hostile. */
function* spoiledValues(value: unknown): Generator<unknown> {
  if (typeof value === "string") yield* bodyTexts;
  else if (typeof value === "number") yield* numbers;
  else if (Array.isArray(value))
    for (const [i, one] of value.entries()) for (const each of spoiledValues(one)) yield value.with(i, each);
  else if (isJsonObject(value))
    for (const [name, one] of Object.entries(value))
      for (const each of spoiledValues(one)) yield { ...value, [name]: each };
}

describe("a hostile name or value", () => {
  let world: WireWorld;
  before(async () => {
    world = await wireWorld();
  });
  after(() => world[Symbol.asyncDispose]());

  for (const { of, success } of rows) {
    const endpoint = endpoints.find((one) => `${one.method} ${one.path}` === of);
    if (!endpoint) continue;
    it(`is no error of the server's own at ${of}`, async () => {
      const token = endpoint.open ? null : world.token("admin");
      await world.forgive();
      const ask = await success.ask(world);
      const calls = [...spoiled(ask)].map(async (each) => {
        const { status, text } = await world.send(endpoint.method, endpoint.path, each, token);
        const told = `${status} ${text.slice(0, 300)} to ${JSON.stringify(each).slice(0, 300)}`;
        assert.ok(status < 500 || status === 501, told);
        assert.doesNotMatch(text, /INTERNAL_ERROR|-32603/, told);
      });
      await Promise.all(calls);
    });
  }

  it("leaves nothing in the log of errors, and the server answering", async () => {
    assert.deepEqual(world.errors, []);
    assert.deepEqual((await world.sql("SELECT 1 AS one")).status, { state: "SUCCEEDED" });
  });
});
