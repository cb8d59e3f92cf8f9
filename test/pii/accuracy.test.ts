import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { detect } from "../../src/pii/mod.ts";
import { accuracyByEntity, precision, recall } from "./accuracy.ts";
import { labelledSet, PARTS, type Part } from "./labelled-set.ts";
import { STRUCTURED } from "./structured.ts";

/** Precision and recall. */
type Floors = readonly [precision: number, recall: number];

/**
 * What the detectors reach, in hundredths rounded down. With as few labels as there are of each kind, one find less or one false find
 * more falls below.
 */
const floors: Readonly<Record<(typeof STRUCTURED)[number], Readonly<Record<Part, Floors>>>> = {
  EMAIL_ADDRESS: { tuned: [1, 1], "held-out": [1, 1] },
  CREDIT_CARD: { tuned: [1, 1], "held-out": [1, 1] },
  US_SSN: { tuned: [1, 1], "held-out": [1, 1] },
  PHONE_NUMBER: { tuned: [1, 1], "held-out": [0.96, 1] },
  US_BANK_NUMBER: { tuned: [1, 1], "held-out": [1, 1] },
  IBAN_CODE: { tuned: [1, 1], "held-out": [1, 1] },
  IP_ADDRESS: { tuned: [1, 1], "held-out": [1, 1] },
  US_PASSPORT: { tuned: [1, 1], "held-out": [1, 1] },
  US_DRIVER_LICENSE: { tuned: [1, 1], "held-out": [1, 1] },
  US_ITIN: { tuned: [1, 1], "held-out": [1, 1] },
  ABA_ROUTING_NUMBER: { tuned: [1, 1], "held-out": [1, 1] },
  CRYPTO: { tuned: [1, 1], "held-out": [1, 1] },
  UK_NHS: { tuned: [1, 1], "held-out": [1, 1] },
  MEDICAL_LICENSE: { tuned: [1, 1], "held-out": [1, 1] },
};

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

describe("detectors of personal data, on the labelled set", () => {
  for (const part of PARTS) {
    const texts = labelledSet(part);
    const reached = accuracyByEntity(
      texts,
      texts.map(({ text }) => detect(text, { entities: STRUCTURED })),
    );
    for (const entity of STRUCTURED)
      it(`find ${entity} in the ${part} part as exactly as before`, () => {
        const accuracy = reached[entity]!;
        const [precision_min, recall_min] = floors[entity][part];
        assert.ok(precision(accuracy) >= precision_min, `precision is ${percent(precision(accuracy))}`);
        assert.ok(recall(accuracy) >= recall_min, `recall is ${percent(recall(accuracy))}`);
        // A floor that is left behind lets what was gained be lost unseen.
        assert.ok(precision(accuracy) - precision_min < 1 / accuracy.found, "raise the floor of precision");
        assert.ok(recall(accuracy) - recall_min < 1 / accuracy.labelled, "raise the floor of recall");
      });
  }
});

describe("accuracy", () => {
  const text = "0123456789";
  const places = [{ entity: "A", start: 2, end: 6 }];

  it("counts a label as found when nothing of it is left, and a find as right when it shares a character with one", () => {
    const of = (...found: readonly (readonly [entity: string, start: number, end: number])[]) =>
      accuracyByEntity([{ text, places }], [found.map(([entity, start, end]) => ({ entity, start, end }))]).A;
    assert.deepEqual(of(["A", 2, 6]), { labelled: 1, hits: 1, found: 1, right: 1 });
    assert.deepEqual(of(["A", 1, 4], ["A", 4, 7]), { labelled: 1, hits: 1, found: 2, right: 2 });
    assert.deepEqual(of(["A", 2, 5]), { labelled: 1, hits: 0, found: 1, right: 1 });
    assert.deepEqual(of(["B", 2, 6]), { labelled: 1, hits: 0, found: 0, right: 0 });
    assert.deepEqual(of(["A", 6, 9]), { labelled: 1, hits: 0, found: 1, right: 0 });
  });

  it("is precision and recall, each whole when there is nothing to miss", () => {
    assert.equal(precision({ labelled: 4, hits: 1, found: 2, right: 1 }), 0.5);
    assert.equal(recall({ labelled: 4, hits: 1, found: 2, right: 1 }), 0.25);
    assert.equal(precision({ labelled: 4, hits: 0, found: 0, right: 0 }), 1);
    assert.equal(recall({ labelled: 0, hits: 0, found: 1, right: 0 }), 1);
  });
});
