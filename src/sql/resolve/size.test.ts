import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Fault } from "#wire/errors.ts";
import { parseQueryText } from "../parse/mod.ts";
import { printQuery } from "../print/mod.ts";
import { resolveQuery } from "./mod.ts";

const plan = (text: string): string =>
  printQuery(resolveQuery(parseQueryText(text), { relation: () => undefined, current: null }));

const steps = (count: number, step: (before: string, i: number) => string, first: string): string => {
  let text = first;
  for (let i = 1; i <= count; i += 1) text = step(text, i);
  return text;
};

const doubled = (count: number): string =>
  steps(count, (text, i) => `${text}, a${i - 1} + a${i - 1} AS a${i}`, "SELECT 1 AS a0");

/** Short texts that stand for more than a machine holds. */
const large: Readonly<Record<string, string>> = {
  "aliases that double": doubled(40),
  "an alias of many in many items": `${doubled(14)}, ${Array.from({ length: 500 }, (_, i) => `a14 AS b${i}`).join(", ")}`,
  "an alias of many in many sort keys": `${doubled(14)} ORDER BY ${Array.from({ length: 500 }, () => "a14 + 1").join(", ")}`,
  "BETWEEN within BETWEEN": `SELECT ${steps(40, (text) => `(${text} BETWEEN FALSE AND TRUE)`, "TRUE")}`,
  "CASE of a CASE": `SELECT ${steps(40, (text) => `CASE ${text} WHEN 1 THEN 1 WHEN 2 THEN 2 WHEN 3 THEN 3 END`, "1")}`,
  "a template that holds its argument thrice": `SELECT ${steps(40, (text) => `pmod(7, ${text})`, "1")}`,
};

describe("a short text that stands for a large one", () => {
  for (const [title, text] of Object.entries(large))
    it(`is refused before it is written out: ${title}`, () => {
      assert.throws(
        () => plan(text),
        (thrown) => thrown instanceof Fault && thrown.options.reason === "EXPRESSION_TOO_LARGE",
      );
    });

  it("is taken while it is small", () => {
    assert.ok(plan(doubled(10)).length > 10_000);
  });

  it("is not a long list, which stands for itself", () => {
    const items = Array.from({ length: 50_000 }, (_, i) => i).join(", ");
    assert.ok(plan(`SELECT 1 IN (${items})`).length > 300_000);
  });
});
