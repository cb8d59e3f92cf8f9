import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { conditionOf } from "./attributes.ts";
import { parseFilter } from "./filter.ts";

const compare = (attribute: string, operator: string, value: string) => ({
  kind: "compare",
  attribute,
  operator,
  value,
});

describe("SCIM filters", () => {
  it("read comparisons with quoted and bare values, whatever the case of words", () => {
    assert.deepEqual(parseFilter('userName eq "ana@b.org"'), compare("username", "eq", "ana@b.org"));
    assert.deepEqual(parseFilter("displayName SW 'A b'"), compare("displayname", "sw", "A b"));
    assert.deepEqual(parseFilter(" active eq true "), compare("active", "eq", "true"));
    assert.deepEqual(parseFilter('displayName co "say \\"hi\\" \\\\"'), compare("displayname", "co", 'say "hi" \\'));
    assert.deepEqual(parseFilter('displayName eq ""'), compare("displayname", "eq", ""));
  });

  it("bind and closer than or, and parentheses closest", () => {
    const [a, b, c] = ["a", "b", "c"].map((name) => compare(name, "eq", "1"));
    assert.deepEqual(parseFilter("a eq 1 or b eq 1 and c eq 1"), {
      kind: "or",
      parts: [a, { kind: "and", parts: [b, c] }],
    });
    assert.deepEqual(parseFilter("(a eq 1 OR b eq 1) and c eq 1"), {
      kind: "and",
      parts: [{ kind: "or", parts: [a, b] }, c],
    });
  });

  it("refuse by name what cannot be read, each as invalidFilter", () => {
    for (const [text, message] of [
      ["", /ends where an attribute/],
      ["userName", /operator behind 'userName'/],
      ["userName gt 1", /'gt' is not an operator/],
      ["userName eq", /value behind 'eq'/],
      ['userName eq "x', /cannot be read/],
      ["userName eq (", /value is expected/],
      ["(userName eq x", /closing parenthesis/],
      ["userName eq x y", /'y' is not expected/],
      ["not (a eq 1)", /'\(' is not an operator/],
      [`${"(".repeat(101)}a eq 1${")".repeat(101)}`, /at most 100/],
      ["a eq 1 or ".repeat(101), /at most 100/],
      [`a eq "${"x".repeat(10_000)}"`, /at most 10000/],
    ] as const) {
      assert.throws(
        () => parseFilter(text),
        (thrown: { options: { reason: string }; message: string }) =>
          thrown.options.reason === "invalidFilter" && message.test(thrown.message),
        text.slice(0, 40),
      );
    }
  });

  it("name only attributes of the kind, and to whoever sees names alone no others", () => {
    const condition =
      (text: string, seesDetails = true) =>
      () =>
        conditionOf("user", parseFilter(text), seesDetails);
    assert.deepEqual(condition('emails.value co "b.org"')(), {
      kind: "compare",
      field: "emails",
      isExact: false,
      operator: "co",
      value: "b.org",
    });
    for (const text of ["password eq x", "toString eq x", "__proto__ eq x", "applicationId eq x", "name eq x"])
      assert.throws(condition(text), /is not an attribute to filter or sort by here/, text);
    condition("displayName co a or id eq 1", false)();
    for (const text of ["userName sw a", 'displayName eq a and emails co "x"', "active eq true", "externalId eq 1"])
      assert.throws(condition(text, false), /use id, displayname\./, text);
    assert.throws(condition("active eq perhaps"), /true or false/);
    assert.throws(condition("active co true"), /true or false/);
  });
});
