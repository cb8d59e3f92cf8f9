import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import type { Worker } from "node:worker_threads";
import { embeddedModel } from "../../src/models/embedded/mod.ts";
import { embeddingThread, startWorker } from "../../src/models/embedded/thread.ts";

const forever = new AbortController().signal;
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, one, i) => sum + one * b[i]!, 0);

describe("the embedded embedding model", () => {
  const workers: Worker[] = [];
  const started = (): Worker => {
    const worker = startWorker();
    workers.push(worker);
    return worker;
  };
  const model = embeddedModel(embeddingThread(started));
  after(() => model.close());
  const embed = async (...inputs: string[]) => (await model.embed({ inputs }, forever)).vectors;

  it("starts no thread before it is asked", () => {
    assert.equal(workers.length, 0);
  });

  it("puts what means the same nearer together than what does not", async () => {
    const [motor, engine, pie] = await embed(
      "the airplane's motor stopped",
      "engine failure on the aircraft",
      "a recipe for apple pie",
    );
    assert.equal(motor!.length, 512);
    assert.ok(Math.abs(dot(motor!, motor!) - 1) < 1e-4, "of length 1");
    assert.ok(dot(motor!, engine!) > 0.6, String(dot(motor!, engine!)));
    assert.ok(dot(motor!, pie!) < 0.3, String(dot(motor!, pie!)));
  });

  it("gives a text the same vector whatever it is sent with", async () => {
    const [alone] = await embed("bird strike on approach");
    const among = (await embed("x", "a much longer text about harbours and ships", "bird strike on approach"))[2]!;
    assert.ok(dot(alone!, among) > 0.999_99);
  });

  it("reads all of a long text, and counts its tokens", async () => {
    const words = Array.from({ length: 300 }, (_, i) => ["the", "pilot", "of", "a", "plane"][i % 5]).join(" ");
    const { vectors, usage } = await model.embed({ inputs: [`${words} banana`, `${words} airport`] }, forever);
    assert.ok(dot(vectors[0]!, vectors[1]!) < 0.999_9, "its end counts");
    assert.ok(usage.input_tokens > 600 && usage.input_tokens < 620, String(usage.input_tokens));
    assert.equal(usage.output_tokens, 0);
  });

  it("does not hold up the process while it works", async () => {
    let longest_ms = 0;
    let last_ms = performance.now();
    const beat = setInterval(() => {
      longest_ms = Math.max(longest_ms, performance.now() - last_ms);
      last_ms = performance.now();
    }, 5);
    const began_ms = performance.now();
    await embed(...Array.from({ length: 40 }, (_, i) => `text number ${i} about a flight that was late again today`));
    const took_ms = performance.now() - began_ms;
    clearInterval(beat);
    assert.ok(longest_ms < took_ms / 2, `held up for ${longest_ms} ms of ${took_ms}`);
  });

  it("fails the question whose thread dies, and answers the next by a new one", async () => {
    const threads = workers.length;
    const dying = embed("a text", "another");
    await workers.at(-1)!.terminate();
    await assert.rejects(dying, { code: "TEMPORARILY_UNAVAILABLE", message: /starts anew\. Try again/ });
    assert.equal((await embed("a text"))[0]!.length, 512);
    assert.equal(workers.length, threads + 1);
  });

  it("answers nothing once it is closed", async () => {
    await model.close();
    await assert.rejects(embed("a text"), { code: "TEMPORARILY_UNAVAILABLE" });
  });
});
