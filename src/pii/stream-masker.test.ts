import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type DetectOptions, detect, ENTITIES, HOLD_BACK_CHARACTERS_MAX, mask, Names, StreamMasker } from "./mod.ts";

const entities = [
  "ana.lopez@example.com",
  "o'connor@mail.co.uk",
  "john&#64;example&#46;com",
  "eva%40example.org",
  "ben\\u0040example.org",
  "4111 1111 1111 1111",
  "4111\u200b1111\u200b1111\u200b1111",
  "４１１１１１１１１１１１１１１１",
  "378282246310005",
  "DE89 3704 0044 0532 0130 00",
  "GB82 WEST 1234 5698 7654 32",
  "GB82WEST12345698765432",
  "(415) 555-0132",
  "+44 20 7946 0958",
  "212-555-0132",
  "SSN 536-22-1234",
  "my ssn is 536221234",
  "10.20.30.40",
  "2001:db8::8a2e:370:7334",
  "passport number 512345678",
  "checking account 123456789012",
  "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
  "https://example.com/a/very/long/path?with=parameters&and=more#too",
  "2026-11-24T10:15:00Z",
  "Ada Lovelace",
  "Wilhelmina van der Berg",
];

const noise = [
  "the",
  "Ada",
  "van",
  "der",
  "version",
  "order",
  "A",
  "AB",
  "DE89",
  "+",
  "(",
  "4111",
  "1111",
  "12",
  "2023",
  "-",
  ".",
  "@",
  "x@",
  "@y.com",
  "=",
  "=\n",
  "&",
  "&#",
  "%4",
  "\\u00",
  "\u00a0",
  "\u200b",
  "\n",
  "\t",
  ",",
  '"',
  "{",
  "😀",
  "\ud83d",
  "\ude00",
  "数字",
  "é",
  "٤١١١",
  "𝟒𝟏",
  "http://",
  "://",
  "::",
  ":",
  "a".repeat(40),
  "1".repeat(25),
  "aB3/".repeat(30),
];

const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...entities) },
  { weight: 4, arbitrary: fc.constantFrom(...noise) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12, unit: "grapheme" }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12, unit: "binary-ascii" }) },
);
const text = fc
  .array(fc.tuple(piece, fc.constantFrom(" ", " ", "", "", ", ", ": ", "  ")), { maxLength: 30 })
  .map((pieces) => pieces.flat().join(""));

/** Texts in which no place shows where an entity would end, longer than what is held back. */
const endless = fc
  .tuple(
    fc.constantFrom(
      "a",
      "1 ",
      "12 ",
      "a1",
      "4111 ",
      "1111 1111 ",
      "\u200b",
      "x.",
      "&#49;",
      "DE89 ",
      "415-555-0132 ",
      "a@b.co.",
      "1:",
      "😀a",
    ),
    fc.integer({ min: 1, max: 2 * HOLD_BACK_CHARACTERS_MAX }),
    text,
    text,
  )
  .map(([unit, length, before, behind]) => before + unit.repeat(Math.ceil(length / unit.length)) + behind);

const names = new Names(["Ada Lovelace", "Wilhelmina van der Berg", "Grace"]);
const options: fc.Arbitrary<DetectOptions> = fc.constantFrom({}, { entities: ENTITIES, names }, { score_min: 0 });

/** Places to cut at, each as a share of the text. */
const cuts = fc.oneof(
  fc
    .array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 })
    .map((shares) => (length: number) => shares.map((share) => Math.floor(share * length)).sort((a, b) => a - b)),
  fc
    .constantFrom(1, 3, 7)
    .map((size) => (length: number) => Array.from({ length: Math.ceil(length / size) }, (_, i) => i * size)),
);

function chunksOf(whole: string, at: readonly number[]): readonly string[] {
  return [...at, whole.length].map((end, i) => whole.slice(i === 0 ? 0 : at[i - 1], end));
}

function runs(count: number): fc.Parameters<unknown> {
  return { numRuns: count, endOnFailure: true };
}

/** Of a code unit that waits for its pair, of capitals that end a group. */
const UNDECIDED_CHARACTERS = 8;

function streamed(whole: string, at: readonly number[], chosen: DetectOptions): void {
  const masked = mask(whole, detect(whole, chosen));
  const masker = new StreamMasker({ mode: "mask", ...chosen });
  let out = "";
  for (const chunk of chunksOf(whole, at)) {
    out += masker.push(chunk);
    assert.ok(masked.startsWith(out), `${JSON.stringify(out)} left of ${JSON.stringify(masked)}`);
    assert.ok(masker.held <= HOLD_BACK_CHARACTERS_MAX + UNDECIDED_CHARACTERS, `${masker.held} are held back`);
  }
  assert.equal(out + masker.end(), masked);
}

function blocked(whole: string, at: readonly number[], chosen: DetectOptions): void {
  const [first] = detect(whole, chosen);
  const masker = new StreamMasker({ mode: "block", ...chosen });
  let out = "";
  for (const chunk of chunksOf(whole, at)) out += masker.push(chunk);
  out += masker.end();
  assert.equal(out, whole.slice(0, first?.start));
  assert.equal(masker.isBlocked, first !== undefined);
  assert.deepEqual(masker.found, first ? [first.entity] : []);
}

describe("a masker of streams", () => {
  it("masks as the whole text is masked, however it is cut, and at no time more has left than that", () => {
    fc.assert(
      fc.property(text, cuts, options, (whole, cut, chosen) => streamed(whole, cut(whole.length), chosen)),
      runs(2_000),
    );
  });

  it("does so where nothing shows an entity's end, and holds back no more than its window", () => {
    fc.assert(
      fc.property(endless, cuts, options, (whole, cut, chosen) => streamed(whole, cut(whole.length), chosen)),
      runs(150),
    );
  });

  it("lets nothing leave from the first entity on when it blocks", () => {
    fc.assert(
      fc.property(text, cuts, options, (whole, cut, chosen) => blocked(whole, cut(whole.length), chosen)),
      runs(1_000),
    );
  });

  it("masks each entity in every cut of it in two", () => {
    for (const entity of entities) {
      const whole = `Please note: ${entity}, thanks.`;
      for (let at = 0; at <= whole.length; at += 1) streamed(whole, [at], { entities: ENTITIES, names });
    }
  });

  it("gives prose away word by word", () => {
    const masker = new StreamMasker({ mode: "mask" });
    assert.equal(masker.push("The quick brown fo"), "The quick brown ");
    assert.equal(masker.push("x jumps "), "fox jumps ");
    assert.equal(masker.end(), "");
  });

  it("never parts the two units of one character", () => {
    const masker = new StreamMasker({ mode: "mask" });
    assert.equal(masker.push("smile \ud83d"), "smile ");
    assert.equal(masker.push("\ude00 "), "😀 ");
  });

  it("masks an entity that is longer than the window from its beginning to its end", () => {
    const whole = `see https://example.com/${"a/".repeat(HOLD_BACK_CHARACTERS_MAX)} there`;
    assert.equal(mask(whole, detect(whole, { entities: ["URL"] })), "see <URL> there");
    for (const size of [1, 100, 5000])
      streamed(
        whole,
        Array.from({ length: 5 }, (_, i) => i * size),
        { entities: ["URL"] },
      );
  });
});
