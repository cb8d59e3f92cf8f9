import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Case, decisionsOf, doors, type ExpectedDecision, readCorpus, verbOf } from "./case.ts";
import { whatOf } from "./organisation.ts";

const corpus = readCorpus();
const cases = corpus.flatMap((chapter) => chapter.cases);

const isDenial = (one: ExpectedDecision): boolean => one.effect === "deny";
const isHidden = (one: Case): boolean => decisionsOf(one)[0]?.visibility === "hidden";
const isGoverned = (one: Case): boolean =>
  decisionsOf(one).some(({ obligations = [] }) =>
    ["row_filter ", "column_mask "].every((type) => obligations.some((text) => text.startsWith(type))),
  );
const isRows = (outcome: Case["sql"]): boolean => "rows" in outcome && outcome.rows !== undefined;

/** What the corpus must hold at the least, counted from the outcomes that the cases state. */
type Minimum = readonly [name: string, min: number, counts: (one: Case) => boolean];

const minima: readonly Minimum[] = [
  ["cases in all", 600, () => true],
  ["denials of what is known", 100, (one) => !isHidden(one) && decisionsOf(one).some(isDenial)],
  ["hidden", 60, isHidden],
  ["rows under a filter and a mask together", 90, (one) => isGoverned(one) && isRows(one.sql)],
  ["with an actor", 30, (one) => one.through !== undefined],
  ["an actor reads for its user what it holds no grant on", 3, (one) => one.through !== undefined && isRows(one.sql)],
  ["an agent as itself, to which its user's table is hidden", 1, (one) => one.as.endsWith("-itself") && isHidden(one)],
  [
    "lent by a view or function",
    5,
    (one) => isRows(one.sql) && decisionsOf(one).some((each) => each.lent_by !== undefined),
  ],
  ...doors
    .filter((door) => door !== "kernel")
    .flatMap((door): Minimum[] => [
      [`answered at the door ${door}`, 350, (one) => !("not_reachable" in one[door])],
      [`refused or hidden at the door ${door}`, 120, (one) => "error_code" in one[door]],
      [`hidden at the door ${door}`, 50, (one) => isHidden(one) && "error_code" in one[door]],
    ]),
  ["rows under a filter and a mask at the door http, by an agent", 2, (one) => isGoverned(one) && isRows(one.http)],
  ["rows under a filter and a mask at the door mcp", 90, (one) => isGoverned(one) && isRows(one.mcp)],
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
