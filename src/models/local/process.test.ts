import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { ProviderFailure } from "../failure.ts";
import { localModel } from "./model.ts";
import { localProcess } from "./process.ts";
import type { FromProcess, ToProcess } from "./protocol.ts";
import { turns } from "./turns.ts";

const forever = new AbortController().signal;
const settled = () => new Promise((resolve) => setImmediate(resolve));
const end = { finish: "stop", prompt_tokens: 3, answer_tokens: 2, reasoning_tokens: 0 } as const;

/** A process that says what the test says. */
class Stepped extends EventEmitter {
  readonly sent: ToProcess[] = [];
  readonly connected = true;
  exitCode: number | null = null;
  readonly signalCode = null;
  send(message: ToProcess): boolean {
    this.sent.push(message);
    return true;
  }
  say(message: FromProcess): void {
    this.emit("message", message);
  }
  kill(): boolean {
    this.exitCode = 1;
    this.emit("exit", null, "SIGKILL");
    return true;
  }
}

function stepped() {
  const started: Stepped[] = [];
  const process = localProcess(() => {
    const child = new Stepped();
    started.push(child);
    queueMicrotask(() => child.say({ type: "ready", context_tokens: 100, gpu: null }));
    return child as unknown as ChildProcess;
  });
  const ids = { hex: (length: number) => "a".repeat(length), uuid: () => "u" };
  return { started, process, model: localModel(process, ids as never) };
}

const asked = (n: number) => ({
  messages: [{ role: "user" as const, parts: [{ type: "text" as const, text: "x" }] }],
  tools: [],
  sampling: { n, seed: 5 },
  stream: true,
});

test("each of n answers has a seed of its own, and what they took is added up", async () => {
  const { started, model } = stepped();
  const events = Array.fromAsync(model.answer(asked(2), forever));
  for (const id of [1, 2]) {
    await settled();
    started[0]!.say({ type: "piece", id, piece: { type: "text", text: `t${id}` } });
    started[0]!.say({ type: "end", id, end });
    await settled();
  }
  assert.deepEqual(await events, [
    { type: "text", choice: 0, text: "t1" },
    { type: "finish", choice: 0, reason: "stop" },
    { type: "text", choice: 1, text: "t2" },
    { type: "finish", choice: 1, reason: "stop" },
    { type: "usage", usage: { input_tokens: 3, output_tokens: 4 } },
  ]);
  const seeds = started[0]!.sent.map((one) => one.type === "answer" && one.wanted.sampling.seed);
  assert.deepEqual(seeds, [5, 6]);
});

test("a process that dies fails what it was asked, for another model to be asked, and the next question starts it anew", async () => {
  const { started, model } = stepped();
  const lost = Array.fromAsync(model.answer(asked(1), forever));
  await settled();
  started[0]!.kill();
  await assert.rejects(lost, (thrown: Error) => {
    assert.equal((thrown as { code?: string }).code, "TEMPORARILY_UNAVAILABLE");
    assert.ok(thrown.cause instanceof ProviderFailure);
    assert.doesNotMatch(thrown.message, /process/);
    return true;
  });
  const next = Array.fromAsync(model.answer(asked(1), forever));
  await settled();
  started[1]!.say({ type: "end", id: 2, end });
  assert.equal((await next).length, 2);
});

test("whoever leaves is told at once, and the process is told to stop", async () => {
  const { started, model } = stepped();
  const leave = new AbortController();
  const gone = Array.fromAsync(model.answer(asked(1), leave.signal));
  await settled();
  leave.abort();
  await assert.rejects(gone, { code: "CANCELLED" });
  assert.deepEqual(started[0]!.sent.at(-1), { type: "stop", id: 1 });
});

test("turns come in the order in which they were asked for; who leaves loses none of the others' and too many are refused", async () => {
  const queue = turns(1);
  const release = await queue.take(forever);
  const leave = new AbortController();
  const order: number[] = [];
  const left = queue.take(leave.signal);
  const waiting = Array.from({ length: 31 }, (_, at) =>
    queue.take(forever).then((done) => {
      order.push(at);
      done();
    }),
  );
  await assert.rejects(queue.take(forever), (thrown: Error) => {
    assert.equal((thrown as { code?: string }).code, "RESOURCE_EXHAUSTED");
    assert.equal((thrown.cause as ProviderFailure).status, 429);
    return true;
  });
  leave.abort();
  await assert.rejects(left, { code: "CANCELLED" });
  release();
  await Promise.all(waiting);
  assert.deepEqual(
    order,
    waiting.map((_, at) => at),
  );
});
