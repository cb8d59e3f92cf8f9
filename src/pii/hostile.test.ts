import assert from "node:assert/strict";
import { Session } from "node:inspector/promises";
import { after, before, describe, it } from "node:test";
import { detect, ENTITIES, Names, StreamMasker } from "./mod.ts";

/** What makes expressions go back and try again, or what never ends. */
const units: readonly string[] = [
  "a",
  "1",
  "A",
  "@",
  "a@",
  "a@b.",
  "a.b-",
  "1 ",
  "12 ",
  "1-",
  "1.",
  "(",
  "+1",
  "+1 (",
  "00 1",
  "4111 ",
  "4111 1111 1111 1112 ",
  "4111111111111112",
  "536-22-",
  "536-22-1234-",
  "DE89",
  "DE89 3704 ",
  "&#",
  "&#49;",
  "%40",
  "=40a",
  "=\n",
  "\\u0040",
  "\u200b",
  "\u0661",
  ":",
  "1:",
  "::1",
  "ab:",
  "1.1.1.",
  "0x1",
  "1A1z",
  "bc1q",
  "http://",
  "ssn ",
  "ssn 1",
  "account number 1 ",
  "Ada ",
  "Ada",
  "A1 ",
  "AB12 ",
  "😀",
  "\ud83d",
  "a'",
  "=",
  "%",
  "&",
];

const KB = 1024;
const SMALL = 32 * KB;
const LARGE = 128 * KB;

/** Linear work grows as the text does, by 4; quadratic by 16. What is counted does not hang on the machine. */
const GROWTH_MAX = 5;

const options = { entities: ENTITIES, names: new Names(["Ada Lovelace", "Ada Ada Ada"]) };

const session = new Session();

/**
 * How often blocks of this module's code and of this file's were run: each loop's body, each branch. A function's own calls are left out,
 * as they are not counted once they are inlined. A try of an expression counts as nothing: see below what bounds it.
 */
async function workOf(work: () => void): Promise<number> {
  await session.post("Profiler.takePreciseCoverage");
  work();
  const { result } = await session.post("Profiler.takePreciseCoverage");
  return result
    .filter(({ url }) => url.includes("/src/pii/"))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.slice(1)))
    .reduce((sum, { count }) => sum + count, 0);
}

const repeated = (unit: string, length: number): string =>
  unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

/** How many times the work on a small text the work on one four times as long is. */
async function growthOf(unit: string, work: (text: string) => void): Promise<number> {
  const [small, large] = [repeated(unit, SMALL), repeated(unit, LARGE)];
  return (await workOf(() => work(large))) / (await workOf(() => work(small)));
}

function inPieces(text: string, size: number): void {
  const masker = new StreamMasker({ mode: "mask", ...options });
  for (let at = 0; at < text.length; at += size) masker.push(text.slice(at, at + size));
  masker.end();
}

describe("work grows as the text does", () => {
  before(async () => {
    session.connect();
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  });
  after(() => session.disconnect());

  for (const unit of units)
    it(`for texts of ${JSON.stringify(unit)}`, async () => {
      const growth = await growthOf(unit, (text) => detect(text, options));
      assert.ok(growth < GROWTH_MAX, `four times the text is ${growth.toFixed(1)} times the work`);
    });

  for (const unit of ["a", "1 ", "a@b.", "4111 1111 1111 1112 ", "&#49;", "\u200b"])
    it(`in pieces of 16 characters, of ${JSON.stringify(unit)}`, async () => {
      const growth = await growthOf(unit, (text) => inPieces(text, 16));
      assert.ok(growth < GROWTH_MAX, `four times the text is ${growth.toFixed(1)} times the work`);
    });

  it("and what grows faster is seen to", async () => {
    const growth = await growthOf("a", (text) => {
      let pairs = 0;
      for (let i = 0; i < text.length; i += KB) for (let j = 0; j < text.length; j += KB) pairs += 1;
      assert.ok(pairs > 0);
    });
    assert.ok(growth > GROWTH_MAX, `${growth}`);
  });
});

describe("expressions that are tried at many places", () => {
  /** Takes a whole address however long, and is not tried again within it. */
  const URL_SOURCE = String.raw`(?:https?:\/\/|ftp:\/\/|www\.)[^\s"<>{}[\],|^` + "`]{3,}";

  /** `*`, `+` and `{n,}` that are neither escaped nor in a class. */
  const unbounded = (source: string): boolean =>
    /[*+]|\{\d+,\}/.test(source.replaceAll(/\\p\{\w+\}|\\./g, "").replaceAll(/\[[^\]]*\]/g, ""));

  /** Sticky expressions that were tried while `work` was done. */
  function triedBy(work: () => void): readonly RegExp[] {
    const tried = new Set<RegExp>();
    const { test, exec } = RegExp.prototype;
    const seen = (expression: RegExp): void => void (expression.sticky && tried.add(expression));
    RegExp.prototype.test = function see(text) {
      seen(this);
      return test.call(this, text);
    };
    RegExp.prototype.exec = function see(text) {
      seen(this);
      return exec.call(this, text);
    };
    try {
      work();
    } finally {
      Object.assign(RegExp.prototype, { test, exec });
    }
    return [...tried];
  }

  it("have an end to each of their repetitions, so that a try costs no more than its entity is long", () => {
    const tried = triedBy(() => {
      for (const unit of units) detect(repeated(unit, KB), options);
    });
    assert.ok(tried.length > 30, `${tried.length} were tried`);
    assert.deepEqual(
      tried.map(({ source }) => source).filter((source) => unbounded(source) && source !== URL_SOURCE),
      [],
    );
  });

  it("which is seen where there is none", () => {
    for (const [source, is] of [
      ["a+", true],
      ["[a+]{2,}", true],
      ["(?:a|b)*", true],
      ["\\+a{2,3}[*+]", false],
      ["\\p{L}{1,8}?", false],
    ] as const)
      assert.equal(unbounded(source), is, source);
  });
});
