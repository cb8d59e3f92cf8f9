import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type AttributeFacts, type AttributePolicy, outcomeOf, policiesFor } from "./attributes.ts";
import { holdsOf, inherited, type TagCondition, tagsNamed } from "./tags.ts";
import { schema, table } from "./what.ts";

const t = table("c.s.t");
const has = (key: string): TagCondition => ({ kind: "has_tag", key });
const mask: AttributePolicy = {
  name: "m",
  on: schema("c.s"),
  to: ["all"],
  except: [],
  when: null,
  match: [{ alias: "p", condition: has("pii") }],
  function: "c.s.f",
  masks: "p",
  using: [],
  ungoverned: [],
};
const filter: AttributePolicy = { ...mask, name: "f", masks: null, using: [{ kind: "alias", alias: "p" }] };
const facts = (policies: readonly AttributePolicy[], ...tagged: readonly string[]): AttributeFacts => ({
  policies,
  tags: [{ key: "level", value: "high" }],
  columns: ["a", "b", "c"].map((name) => ({ name, tags: tagged.includes(name) ? [{ key: "pii", value: "" }] : [] })),
});
const all = new Set(["ana", "all"]);
const applied = (policies: readonly AttributePolicy[], ...tagged: readonly string[]) =>
  policiesFor(t, [], facts(policies, ...tagged), all);

describe("policies by tags, weighed", () => {
  it("mask each column that matches, and no other", () => {
    const { obligations, refusal } = applied([mask], "a", "c");
    assert.deepEqual([obligations.map((one) => one.type === "column_mask" && one.column), refusal], [["a", "c"], null]);
  });

  it("are nobody's whom they do not name, or except", () => {
    assert.deepEqual(applied([{ ...mask, to: ["ANA"] }], "a").obligations, []);
    assert.deepEqual(applied([{ ...mask, except: ["ana"] }], "a").obligations, []);
  });

  it("do nothing where one of their conditions is met by no column, and say so", () => {
    const both = { ...mask, match: [...mask.match, { alias: null, condition: has("other") }] };
    assert.deepEqual(outcomeOf(both, facts([], "a")), { idle: "no column matches" });
    assert.deepEqual(outcomeOf({ ...mask, when: has("none") }, facts([], "a")), {
      idle: "WHEN does not hold for the table",
    });
  });

  it("refuse what they cannot tell apart, also where the table's own policies are one of the two", () => {
    const conditionOf = (policies: readonly AttributePolicy[], ...tagged: readonly string[]) =>
      applied(policies, ...tagged).refusal?.condition;
    assert.equal(conditionOf([filter, { ...filter, name: "g" }], "a"), "UC_ABAC_MULTIPLE_ROW_FILTERS");
    assert.equal(conditionOf([mask, { ...mask, name: "n" }], "a"), "UC_ABAC_MULTIPLE_COLUMN_MASKS");
    assert.equal(conditionOf([filter], "a", "b"), "UC_ABAC_AMBIGUOUS_COLUMN_MATCH");
    const own = [{ type: "column_mask", policy: "o", column: "A", function: "o", arguments: [] }] as const;
    const refused = policiesFor(t, own, facts([mask], "a"), all);
    assert.deepEqual([refused.refusal?.condition, refused.obligations], ["UC_ABAC_MULTIPLE_COLUMN_MASKS", []]);
  });

  it("refuse when a key that they ask for is governed no more, before they look whether they apply", () => {
    const lost = { ...mask, when: has("none"), ungoverned: ["pii"] };
    assert.equal(applied([lost]).refusal?.condition, "UC_ABAC_UNKNOWN_TAG_POLICY");
    assert.equal(applied([{ ...lost, except: ["all"] }]).refusal, null);
  });

  it("tell tags' case and values apart, and a key's nearest value from those further up", () => {
    const tags = inherited([
      [{ key: "k", value: "v" }],
      [
        { key: "k", value: "w" },
        { key: "K", value: "" },
      ],
    ]);
    assert.deepEqual(tags, [
      { key: "k", value: "v" },
      { key: "K", value: "" },
    ]);
    const value = (key: string, of: string): TagCondition => ({ kind: "has_tag_value", key, value: of });
    assert.deepEqual(
      [value("k", "v"), value("k", "w"), value("k", "V")].map((one) => holdsOf(one, tags)),
      [true, false, false],
    );
    const mixed: TagCondition = { kind: "and", left: has("k"), right: { kind: "not", operand: value("K", "x") } };
    assert.equal(holdsOf(mixed, tags), true);
    assert.deepEqual(tagsNamed(mixed), [{ key: "k" }, { key: "K", value: "x" }]);
  });
});
