import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "#wire/errors.ts";
import type { ProviderFailure } from "../failure.ts";
import { embeddedModel } from "./model.ts";
import type { PieceSum } from "./pieces.ts";
import { embeddingQueue } from "./queue.ts";
import type { EmbeddingThread } from "./thread.ts";

const forever = new AbortController().signal;

/** A thread whose slices end when the test says so. */
function steppedThread() {
  const slices: {
    readonly pieces: readonly string[];
    readonly end: () => void;
    readonly fail: (why: Fault) => void;
  }[] = [];
  const thread: EmbeddingThread = {
    run: (pieces) => {
      const { promise, resolve, reject } = Promise.withResolvers<readonly PieceSum[]>();
      // A piece's vector points the way of its number.
      const end = (): void =>
        resolve(pieces.map((one) => ({ sum: Float32Array.of(...axis(Number(one.replaceAll(/\D/g, "")))), tokens: 1 })));
      slices.push({ pieces, end, fail: reject });
      return promise;
    },
    close: async () => {},
  };
  return { slices, thread };
}

const axis = (number: number): number[] => Array.from({ length: 10 }, (_, at) => (at === number ? 1 : 0));
const settled = () => new Promise((resolve) => setImmediate(resolve));
/** A text of one digit and many words, which goes to the thread in one slice of its own. */
const whole = (number: number): string => `${number}${" word".repeat(100)}`;
const large = Array.from({ length: 524 }, () => whole(1));

test("a short question waits for a slice of a long one, not for its end, and each gets its own vectors in order", async () => {
  const { slices, thread } = steppedThread();
  const queue = embeddingQueue(thread);
  const long = queue.embed(
    [1, 2, 3].flatMap((one) => [whole(one), whole(one)]),
    forever,
  );
  const short = queue.embed(["7", "8"], forever);
  for (let i = 0; i < 4; i += 1) {
    await settled();
    slices[i]!.end();
  }
  assert.deepEqual(await short, { vectors: [axis(7), axis(8)], tokens: 2 });
  assert.deepEqual(await long, { vectors: [1, 1, 2, 2, 3, 3].map(axis), tokens: 6 });
  assert.deepEqual(
    slices.map(({ pieces }) => pieces.map((one) => one[0])),
    [
      ["1", "1"],
      ["7", "8"],
      ["2", "2"],
      ["3", "3"],
    ],
  );
});

test("more than can wait is refused, and says when to come again", async () => {
  const { slices, thread } = steppedThread();
  const queue = embeddingQueue(thread);
  const waiting = queue.embed(large, forever);
  waiting.catch(() => {});
  await assert.rejects(queue.embed(["2"], forever), (thrown: unknown) => {
    assert.ok(thrown instanceof Fault);
    assert.equal(thrown.code, "RESOURCE_EXHAUSTED");
    assert.equal(thrown.options.headers?.["retry-after"], "5");
    assert.equal((thrown.cause as ProviderFailure).status, 429);
    return true;
  });
  for (let i = 0; i < 262; i += 1) {
    await settled();
    slices[i]!.end();
  }
  await waiting;
  const next = queue.embed(["2"], forever);
  await settled();
  slices[262]!.end();
  assert.deepEqual((await next).vectors, [axis(2)]);
});

test("an abort ends a question at once, takes its slices out, and leaves room for others", async () => {
  const { slices, thread } = steppedThread();
  const queue = embeddingQueue(thread);
  const leaving = new AbortController();
  const gone = queue.embed(large, leaving.signal);
  await settled();
  leaving.abort();
  await assert.rejects(gone, { code: "CANCELLED" });
  const next = queue.embed(["2"], forever);
  slices[0]!.end();
  await settled();
  assert.equal(slices.length, 2, "of what was aborted no other slice is begun");
  slices[1]!.end();
  assert.deepEqual((await next).vectors, [axis(2)]);
  await assert.rejects(queue.embed(["3"], AbortSignal.abort()), { code: "CANCELLED" });
});

test("a slice that fails fails its question alone", async () => {
  const { slices, thread } = steppedThread();
  const queue = embeddingQueue(thread);
  const [one, two] = [queue.embed(["1"], forever), queue.embed(["2"], forever)];
  slices[0]!.fail(new Fault("TEMPORARILY_UNAVAILABLE", "x"));
  await assert.rejects(one, { code: "TEMPORARILY_UNAVAILABLE" });
  slices[1]!.end();
  assert.deepEqual((await two).vectors, [axis(2)]);
});

// biome-ignore format: a table is read in columns
const refused: readonly (readonly [says: string, request: { readonly inputs: readonly string[]; readonly dimensions?: number }, message: RegExp])[] = [
  ["other dimensions",       { inputs: ["a"], dimensions: 1_024 },                       /'dimensions' can only be 512 here/],
  ["too many texts",         { inputs: Array.from({ length: 257 }, () => "a") },         /at most 256 texts at once, not 257/],
  ["a text of no words",     { inputs: ["a", " \n"] },                                   /'input\[1\]' holds no words/],
  ["a text that is long",    { inputs: ["a", "b".repeat(32_769)] },                       /'input\[1\]' has 32769 characters.*Split it/],
  ["one that folds to more", { inputs: ["\uFDFA".repeat(2_000)] },                       /'input\[0\]' has 36000 characters/],
  ["too much in all",        { inputs: Array.from({ length: 9 }, () => "b".repeat(8_000)) }, /has 72000 characters in all/],
];

for (const [says, request, message] of refused)
  test(`the embedded model refuses ${says}, and says what it takes`, async () => {
    const model = embeddedModel(steppedThread().thread);
    await assert.rejects(model.embed(request, forever), (thrown: unknown) => {
      assert.ok(thrown instanceof Fault);
      assert.equal(thrown.code, "BAD_REQUEST");
      assert.match(thrown.message, message);
      return true;
    });
  });
