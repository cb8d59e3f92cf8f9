import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Case, decisionsOf, doors, type ExpectedDecision, readCorpus, verbOf } from "./case.ts";
import { whatOf } from "./organisation.ts";

const corpus = readCorpus();
const cases = corpus.flatMap((chapter) => chapter.cases);

const isDenial = (one: ExpectedDecision): boolean => one.effect === "deny";
const isHidden = (one: Case): boolean => decisionsOf(one)[0]?.visibility === "hidden";
const holds = (one: Case, type: string): boolean =>
  decisionsOf(one).some((each) => each.obligations?.some((text) => text.startsWith(type)) ?? false);
const isRows = (outcome: Case["sql"]): boolean => "rows" in outcome && outcome.rows !== undefined;

/** What the corpus must hold at the least, each counted from the outcomes that the cases state. */
const minima: readonly (readonly [name: string, min: number, counts: (one: Case) => boolean])[] = [
  ["cases in all", 60, () => true],
  ["denials of what is known", 20, (one) => !isHidden(one) && decisionsOf(one).some(isDenial)],
  ["hidden", 10, isHidden],
  [
    "rows under a filter and a mask together",
    15,
    (one) => holds(one, "row_filter") && holds(one, "column_mask") && isRows(one.sql),
  ],
  ["with an actor", 10, (one) => one.through !== undefined],
  ["an actor reads for its user what it holds no grant on", 3, (one) => one.through !== undefined && isRows(one.sql)],
  [
    "lent by a view or function",
    5,
    (one) => isRows(one.sql) && decisionsOf(one).some((each) => each.lent_by !== undefined),
  ],
  ["rows at the door mcp", 20, (one) => isRows(one.mcp)],
];

describe("the governance corpus", () => {
  for (const [name, min, counts] of minima)
    it(`has at least ${min} cases: ${name}`, (t) => {
      const { length } = cases.filter(counts);
      t.diagnostic(`${length} ${name}`);
      assert.ok(length >= min, `${length} of ${min}`);
    });

  it("says each of its sentences once", () => {
    assert.deepEqual(cases.map((one) => one.case).toSorted(), [...new Set(cases.map((one) => one.case))].toSorted());
  });

  for (const one of cases)
    it(`states an outcome that can fail at each door it reaches: ${one.case}`, () => expectStated(one));
});

/** An outcome that says nothing proves nothing; and what is hidden needs something missing to be held against. */
function expectStated(one: Case): void {
  verbOf(one);
  for (const door of doors) {
    const outcome = one[door];
    if (door === "kernel" || Array.isArray(outcome) || "not_reachable" in outcome || "effect" in outcome) continue;
    const { rows, error_code, shows } = outcome;
    assert.ok(rows ?? error_code ?? shows, `${door} states rows, an error_code or what is shown`);
    assert.ok(!(rows && error_code), `${door} states rows or an error_code, not both`);
  }
  for (const decision of decisionsOf(one)) {
    assert.equal(decision.fails !== undefined, isDenial(decision), "a denial, and nothing else, says which rule fails");
    if (decision.on !== undefined) whatOf(decision.on);
  }
  assert.equal(one.same_as !== undefined, isHidden(one), "what is hidden, and nothing else, names something missing");
}
