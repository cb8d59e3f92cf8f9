import assert from "node:assert/strict";
import { test } from "node:test";
import { ProviderFailure } from "#models/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { Destination } from "../asked.ts";
import { askInTurn, NoAnswer } from "./ask.ts";
import { Circuits } from "./circuit.ts";

const entities = ["a", "b", "c"].map((name): Destination => ({ name, source: { kind: "foundation", model: name } }));

type Behaviour = { readonly fails: ProviderFailure | "other" } | { readonly says: readonly string[] };

const failed = (status: number | null, retry_after_ms: number | null = null): Behaviour => ({
  fails: new ProviderFailure({ status, retry_after_ms }),
});

/** Models that do what they are told, one thing after the other, and the last thing from then on. */
function world(behaviours: Readonly<Record<string, readonly Behaviour[]>>) {
  const asked: string[] = [];
  const stage = { now_ms: 0 };
  const circuits = new Circuits();
  const ports = { clock: { now_ms: () => stage.now_ms }, circuits, endpoint_id: "e" };
  async function* ask({ name }: Destination): AsyncGenerator<string> {
    const turns = asked.filter((one) => one === name).length;
    asked.push(name);
    const all = behaviours[name] ?? [];
    const behaviour = all[Math.min(turns, all.length - 1)]!;
    if ("says" in behaviour) yield* behaviour.says;
    else if (behaviour.fails === "other") throw new Fault("INVALID_STATE", "no credential");
    else throw new Fault("BAD_GATEWAY", `${name} failed`, { cause: behaviour.fails });
  }
  const { signal } = new AbortController();
  const run = (of = entities) => askInTurn(ports, of, ask, signal);
  return { asked, stage, run, circuits };
}

async function textOf(events: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const event of events) text += event;
  return text;
}

async function refused(run: () => Promise<unknown>): Promise<NoAnswer> {
  const thrown = await run().then(
    () => assert.fail("it was answered"),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof NoAnswer);
  return thrown;
}

test("the next model is asked on 429, 5XX or no answer, each once, and what was tried is told", async () => {
  const { run, asked } = world({ a: [failed(429)], b: [failed(null)], c: [{ says: ["hel", "lo"] }] });
  const { entity, events, attempts } = await run();
  assert.equal(entity.name, "c");
  assert.equal(await textOf(events), "hello");
  assert.deepEqual(asked, ["a", "b", "c"]);
  assert.deepEqual(
    attempts.map((one) => one.status),
    [429, null, 200],
  );
});

test("what a provider refuses, and what fails on this side, is nobody else's question", async () => {
  for (const behaviour of [failed(400), failed(401), { fails: "other" } as const]) {
    const { run, asked } = world({ a: [behaviour], b: [{ says: ["x"] }] });
    await refused(run);
    assert.deepEqual(asked, ["a"]);
  }
});

test("when all fail, the last one's failure is the answer", async () => {
  const { run } = world({ a: [failed(500)], b: [failed(503)], c: [failed(502)] });
  const { fault, attempts } = await refused(run);
  assert.equal(fault.message, "c failed");
  assert.deepEqual(
    attempts.map((one) => one.status),
    [500, 503, 502],
  );
});

test("a provider's Retry-After is waited for once, where nobody else can be asked", async () => {
  const alone = world({ a: [failed(429, 1), { says: ["late"] }] });
  assert.equal(await textOf((await alone.run(entities.slice(0, 1))).events), "late");
  const stubborn = world({ a: [failed(429, 1)] });
  await refused(() => stubborn.run(entities.slice(0, 1)));
  assert.deepEqual(stubborn.asked, ["a", "a"]);
  const long = world({ a: [failed(429, 60_000)] });
  await refused(() => long.run(entities.slice(0, 1)));
  assert.deepEqual(long.asked, ["a"]);
});

test("a model that failed five times in a row is left alone for 30 seconds, and then one question tries it", async () => {
  const { run, asked, stage } = world({ a: [failed(500)], b: [{ says: ["b"] }] });
  for (let i = 0; i < 6; i += 1) await run();
  assert.equal(asked.filter((one) => one === "a").length, 5);
  stage.now_ms += 30_000;
  await run();
  await run();
  assert.equal(asked.filter((one) => one === "a").length, 6, "one question alone after the wait");
});

test("where every model is down, the answer says when to come again, and none is asked", async () => {
  const { run, asked } = world({ a: [failed(500)] });
  const alone = () => run(entities.slice(0, 1));
  for (let i = 0; i < 5; i += 1) await refused(alone);
  const { fault } = await refused(alone);
  assert.equal(asked.length, 5);
  assert.equal(fault.code, "TEMPORARILY_UNAVAILABLE");
  assert.equal(fault.options.headers?.["retry-after"], "30");
});

test("a provider's own limit does not count as being down", async () => {
  const { run, asked } = world({ a: [failed(429)], b: [{ says: ["b"] }] });
  for (let i = 0; i < 8; i += 1) await run();
  assert.equal(asked.filter((one) => one === "a").length, 8);
});

test("once an answer has begun, no other model is asked", async () => {
  const asked: string[] = [];
  async function* breaking({ name }: Destination): AsyncGenerator<string> {
    asked.push(name);
    yield "half ";
    throw new Fault("BAD_GATEWAY", "broke", { cause: new ProviderFailure({ status: null, isMidStream: true }) });
  }
  const ports = { clock: { now_ms: () => 0 }, circuits: new Circuits(), endpoint_id: "e" };
  const { events } = await askInTurn(ports, entities, breaking, new AbortController().signal);
  await assert.rejects(textOf(events), /broke/);
  assert.deepEqual(asked, ["a"]);
});
