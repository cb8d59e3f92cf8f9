import assert from "node:assert/strict";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { AgentProcess } from "#agents/mod.ts";
import type { JsonObject } from "#base/json.ts";
import { silentLog } from "#base/log.ts";
import { Fault } from "#wire/errors.ts";

const code = {
  folder: fileURLToPath(new URL("./fixtures/echo", import.meta.url)),
  entry: "agent.ts",
  dependencies: [],
};
const options = { name: "echo", code, host: () => "http://localhost:1", log: silentLog };
const agent = new AgentProcess(options);
after(() => agent.close());

let next = 0;
const ask = (
  input: string,
  token: string,
  more: { signal?: AbortSignal; from?: AgentProcess; custom?: JsonObject } = {},
) => {
  next += 1;
  const context = { host: "http://localhost:1", user_token: token, traceparent: "00-0-0-01", request_id: `r${next}` };
  const body = { input, ...(more.custom && { custom_inputs: more.custom }) };
  const signal = more.signal ?? new AbortController().signal;
  return Array.fromAsync((more.from ?? agent).request(`r${next}`, body, context, signal));
};
const faultFrom = async (work: Promise<unknown>): Promise<Fault> => {
  const thrown = await work.then(
    () => assert.fail("no fault"),
    (one: unknown) => one,
  );
  assert.ok(thrown instanceof Fault, String(thrown));
  return thrown;
};

test("twenty interleaved requests of two users each see their own token only", async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const token = i % 2 === 0 ? `token-of-ana-${i}` : `token-of-ben-${i}`;
      return { token, events: await ask("hello", token) };
    }),
  );
  for (const { token, events } of answers) {
    assert.equal(events.length, 5);
    const seen = JSON.stringify(events).match(/token-of-\w+-\d+/g) ?? [];
    assert.equal(seen.length, 6);
    assert.deepEqual(new Set(seen), new Set([token]));
  }
});

test("custom inputs reach the agent and custom outputs come back", async () => {
  const events = await ask("hello", "t", { custom: { thread_id: "abc123" } });
  assert.deepEqual(events.at(-1)?.response, { custom_outputs: { got: { thread_id: "abc123" } } });
});

test("an agent that dies gives every request in it one clear error, and the next request works", async () => {
  const beside = faultFrom(ask("hang", "t"));
  const fault = await faultFrom(ask("die", "t"));
  assert.equal(fault.code, "TEMPORARILY_UNAVAILABLE");
  assert.match(fault.message, /'echo' ended while it answered/);
  assert.equal((await beside).code, "TEMPORARILY_UNAVAILABLE");
  assert.equal((await ask("hello", "t")).length, 5);
});

test("an agent's own error is told and harms no other request", async () => {
  const fault = await faultFrom(ask("throw", "t"));
  assert.equal(fault.code, "BAD_GATEWAY");
  assert.match(fault.message, /no such luck/);
  assert.equal((await ask("hello", "t")).length, 5);
});

test("a client that goes away cancels its request", async () => {
  const controller = new AbortController();
  const waiting = faultFrom(ask("hang", "t", { signal: controller.signal }));
  controller.abort();
  assert.equal((await waiting).code, "CANCELLED");
  assert.equal((await ask("hello", "t")).length, 5);
});

test("a request past its deadline ends, and an agent that does not yield is stopped and started anew", async () => {
  const hasty = new AgentProcess({ ...options, deadline_ms: 500 });
  try {
    assert.equal((await ask("hello", "t", { from: hasty })).length, 5);
    assert.equal((await faultFrom(ask("spin", "t", { from: hasty }))).code, "DEADLINE_EXCEEDED");
    const patient = async (): Promise<number> => {
      for (let i = 0; i < 12; i += 1) {
        const answer = await ask("hello", "t", { from: hasty }).catch((thrown: Fault) => thrown);
        if (!(answer instanceof Fault)) return answer.length;
      }
      return 0;
    };
    assert.equal(await patient(), 5);
  } finally {
    await hasty.close();
  }
});

test("a secret of the environment is in no word of why an agent could not be loaded, not even by half", async () => {
  const folder = fileURLToPath(new URL("./fixtures/leaky", import.meta.url));
  const leaky = new AgentProcess({ ...options, name: "leaky", code: { ...code, folder } });
  const secret = "canary-".repeat(6_000);
  const environment = async () => ({ variables: { KEY: secret }, secrets: [secret] });
  const context = { host: "http://localhost:1", user_token: "t", traceparent: "00-0-0-01", request_id: "r" };
  const asked = leaky.request("r", { input: "x" }, context, new AbortController().signal, environment);
  const { options: more } = await faultFrom(Array.fromAsync(asked));
  assert.match(more.internal ?? "", /could not log in with \[secret\]-+ and \[secret\]/);
  assert.doesNotMatch(more.internal ?? "", /canary/);
});

test("a process that is replaced ends its requests before it ends itself", async () => {
  const old = new AgentProcess(options);
  const answering = ask("hello", "t", { from: old });
  old.retire();
  assert.equal((await answering).length, 5);
  for (let i = 0; i < 100; i += 1) {
    const fault = await ask("hello", "t", { from: old }).catch((thrown: unknown) => thrown);
    if (fault instanceof Fault) return assert.match(fault.message, /is being stopped/);
  }
  assert.fail("it still takes requests");
});

test("an agent that cannot be loaded is a clear error", async () => {
  const broken = new AgentProcess({ ...options, name: "broken", code: { ...code, entry: "missing.ts" } });
  assert.equal((await faultFrom(ask("hello", "t", { from: broken }))).code, "TEMPORARILY_UNAVAILABLE");
  const fault = await faultFrom(ask("hello", "t", { from: broken }));
  assert.equal(fault.code, "TEMPORARILY_UNAVAILABLE");
  assert.match(fault.options.internal ?? "", /missing\.ts/);
});
