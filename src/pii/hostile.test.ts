import assert from "node:assert/strict";
import { describe, it } from "node:test";
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
const SMALL = 128 * KB;
const LARGE = 1024 * KB;

/** Linear work grows as the text does, by 8; quadratic by 64. Between them is room for what else the machine does. */
const GROWTH_MAX = 28;
/** Less is not told from nothing. */
const LEAST_US = 20_000;

const options = { entities: ENTITIES, names: new Names(["Ada Lovelace", "Ada Ada Ada"]) };

/** Processor time of this process. */
function cost_us(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return Math.max(process.cpuUsage(before).user, LEAST_US);
}

const repeated = (unit: string, length: number): string =>
  unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

function inPieces(text: string, size: number): void {
  const masker = new StreamMasker({ mode: "mask", ...options });
  for (let at = 0; at < text.length; at += size) masker.push(text.slice(at, at + size));
  masker.end();
}

describe("work grows as the text does", () => {
  for (const unit of units)
    it(`for a megabyte of ${JSON.stringify(unit)}`, () => {
      const [small, large] = [SMALL, LARGE].map((length) => {
        const text = repeated(unit, length);
        return cost_us(() => detect(text, options));
      }) as [number, number];
      assert.ok(large / small < GROWTH_MAX, `${SMALL} characters cost ${small} us, ${LARGE} cost ${large} us`);
    });

  for (const unit of ["a", "1 ", "a@b.", "4111 1111 1111 1112 ", "&#49;", "\u200b"])
    it(`in pieces of 16 characters, of ${JSON.stringify(unit)}`, () => {
      const [small, large] = [SMALL, LARGE].map((length) => {
        const text = repeated(unit, length);
        return cost_us(() => inPieces(text, 16));
      }) as [number, number];
      assert.ok(large / small < GROWTH_MAX, `${SMALL} characters cost ${small} us, ${LARGE} cost ${large} us`);
    });
});
