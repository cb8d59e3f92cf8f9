import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isBase58Check } from "../../src/pii/checks/base58check.ts";
import { isBech32 } from "../../src/pii/checks/bech32.ts";
import { isLuhn } from "../../src/pii/checks/luhn.ts";
import { isMod97 } from "../../src/pii/checks/mod97.ts";
import { type Labelled, labelledSet, PARTS, parseLabelled } from "./labelled-set.ts";
import { STRUCTURED } from "./structured.ts";

const SENTENCES_MIN = 600;
const HELD_OUT_MIN = 300;
const LABELS_MIN = 4;
const HARD_NEGATIVES_MIN = 3;

/** What each kind looks like to somebody in a hurry; a hard negative looks so and is none. */
const looks: Readonly<Record<(typeof STRUCTURED)[number], RegExp>> = {
  EMAIL_ADDRESS: /\w@\w/,
  CREDIT_CARD: /\b\d(?:[ -]?\d){11,18}\b/,
  US_SSN: /\b\d{3}-\d{2}-\d{4}\b|\b\d{9}\b/,
  PHONE_NUMBER: /\b\d{10}\b|\b\d{3}-\d{7}\b|\b\d{3}-\d{3}-\d{4}\b/,
  US_BANK_NUMBER: /\b\d{8,17}\b/,
  IBAN_CODE: /\b[A-Z]{2}\d{2} ?[A-Z0-9]{4}/,
  IP_ADDRESS: /\b\d{1,3}(?:\.\d{1,3}){3}\b|\w::\w/,
  US_PASSPORT: /\b[A-Z]?\d{8,9}\b/,
  US_DRIVER_LICENSE: /\b[A-Z]{1,2} ?\d{5,14}\b/,
  US_ITIN: /\b9\d{2}-?\d{2}-?\d{4}\b/,
  ABA_ROUTING_NUMBER: /\b[0-3678]\d{8}\b/,
  CRYPTO: /\b(?:[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[02-9a-z]{11,71})\b/,
  UK_NHS: /\b\d{10}\b|\b\d{3}[ -]\d{3}[ -]\d{4}\b/,
  MEDICAL_LICENSE: /\b[A-Z][A-Z9]-?\d{6,7}\b/,
};

const bare = (value: string): string => value.replaceAll(/[ -]/g, "");

/** Kinds whose values tell by themselves that they are written right. */
const isRight: Readonly<Record<string, (value: string) => boolean>> = {
  CREDIT_CARD: (value) => isLuhn(bare(value)),
  IBAN_CODE: (value) => isMod97(bare(value)),
  CRYPTO: (value) => (value.startsWith("bc1") ? isBech32(value) : isBase58Check(value)),
};

/** What is left of a sentence when its values are taken out: two with the same rest are one sentence with other values. */
const restOf = ({ text, places }: Labelled): string =>
  places
    .toReversed()
    .reduce((rest, { start, end, entity }) => rest.slice(0, start) + entity + rest.slice(end), text)
    .replaceAll(/\d+/g, "0");

const parts = Object.fromEntries(PARTS.map((part) => [part, labelledSet(part)]));
const all = Object.values(parts).flat();

describe("the labelled set of personal data", () => {
  it(`has ${SENTENCES_MIN} sentences or more, none of them twice`, () => {
    assert.ok(all.length >= SENTENCES_MIN, `${all.length} sentences`);
    assert.ok(parts["held-out"]!.length >= HELD_OUT_MIN, `${parts["held-out"]!.length} are held out`);
    assert.equal(new Set(all.map(({ text }) => text)).size, all.length);
  });

  it("holds out sentences, not values alone", () => {
    const tuned = new Set(parts.tuned!.map(restOf));
    assert.deepEqual(
      parts["held-out"]!.map(restOf).filter((rest) => tuned.has(rest)),
      [],
    );
  });

  it("reads places that hold what was labelled, and refuses brackets that are no label", () => {
    const { text, places } = parseLabelled("a ⟦US_SSN|536-22-1234⟧, ⟦EMAIL_ADDRESS|ö@x.example⟧.");
    assert.equal(text, "a 536-22-1234, ö@x.example.");
    assert.deepEqual(
      places.map(({ entity, start, end }) => [entity, text.slice(start, end)]),
      [
        ["US_SSN", "536-22-1234"],
        ["EMAIL_ADDRESS", "ö@x.example"],
      ],
    );
    assert.throws(() => parseLabelled("a ⟦US_SSN 536-22-1234⟧"), /⟦KIND\|value⟧/);
  });

  it("labels known kinds, with no space around a value, and right check digits where a kind has them", () => {
    for (const { text, places } of all)
      for (const { entity, start, end } of places) {
        const value = text.slice(start, end);
        assert.ok(
          STRUCTURED.some((known) => known === entity),
          `${entity}: ${text}`,
        );
        assert.equal(value, value.trim(), text);
        assert.ok(isRight[entity]?.(value) ?? true, `${value} has a wrong check digit`);
      }
  });

  for (const part of PARTS) {
    const negatives = parts[part]!.filter(({ places }) => places.length === 0);
    it(`has more sentences without personal data than with, in the ${part} part`, () => {
      assert.ok(negatives.length * 2 > parts[part]!.length, `${negatives.length} of ${parts[part]!.length}`);
    });

    for (const entity of STRUCTURED)
      it(`has ${entity} in the ${part} part, and sentences that look as if they had`, () => {
        const labels = parts[part]!.flatMap(({ places }) => places).filter((place) => place.entity === entity);
        const hard = negatives.filter(({ text }) => looks[entity].test(text));
        assert.ok(labels.length >= LABELS_MIN, `${labels.length} labels`);
        assert.ok(hard.length >= HARD_NEGATIVES_MIN, `${hard.length} hard negatives`);
      });
  }
});
