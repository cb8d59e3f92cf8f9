import assert from "node:assert/strict";
import { test } from "node:test";
import { acceptedStatements } from "../parse/accepted.fixture.ts";
import { parseExpressionText, parseStatement } from "../parse/mod.ts";
import { printExpression, printStatement } from "./print.ts";

/** The tree without positions and without texts kept as written. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== "object" || value === null) return value;
  const isSource = "kind" in value && ["create_view", "expression_source", "query_source"].includes(String(value.kind));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "at" && !(isSource && key === "text"))
      .map(([key, child]) => [key, bare(child)]),
  );
}

/** Found by random texts. */
const found = ["SET TAG ON COLUMN c.s.t.select pii = ssn"];

for (const text of [...acceptedStatements, ...found]) {
  test(`reads back as the same tree: ${text.slice(0, 100)}`, () => {
    const tree = parseStatement(text);
    const printed = printStatement(tree);
    assert.deepEqual(bare(parseStatement(printed)), bare(tree), printed);
    assert.equal(printStatement(parseStatement(printed)), printed);
  });
}

// Canonical text shows how a tree was built: what binds tighter, and what is read as what.
for (const [text, canonical] of [
  ["a + b * c", "a + b * c"],
  ["(a + b) * c", "(a + b) * c"],
  ["a - b - c", "a - b - c"],
  ["a - (b - c)", "a - (b - c)"],
  ["a OR b AND c", "a OR b AND c"],
  ["(a OR b) AND c", "(a OR b) AND c"],
  ["NOT a = b AND c", "NOT a = b AND c"],
  ["NOT (a AND b)", "NOT (a AND b)"],
  ["a = b IS NULL", "a = b IS NULL"],
  ["a = (b IS NULL)", "a = (b IS NULL)"],
  ["a BETWEEN 1 AND 2 AND b", "a BETWEEN 1 AND 2 AND b"],
  ["a BETWEEN 1 AND (2 AND b)", "a BETWEEN 1 AND (2 AND b)"],
  ["a | b & c", "a | b & c"],
  ["a || b + c", "a || b + c"],
  ["-a::INT", "-CAST(a AS INT)"],
  ["-1::STRING", "CAST(-1 AS STRING)"],
  ["- -1", "-(-1)"],
  ["a == b", "a = b"],
  ["a != b", "a <> b"],
  ["! a", "NOT a"],
  ["a IS UNKNOWN", "a IS NULL"],
  ["a?::DATE", "TRY_CAST(a AS DATE)"],
  ["'a' 'b'", "'ab'"],
  ['"it\'s"', "'it\\'s'"],
  ["CURRENT_DATE", "CURRENT_DATE()"],
  ["SUBSTRING(a FROM 1 FOR 2)", "substring(a, 1, 2)"],
  ["POSITION('a' IN b)", "position('a', b)"],
  ["INTERVAL 7 DAYS", "INTERVAL '7' DAY"],
  ["INTERVAL 2 WEEKS", "INTERVAL '14' DAY"],
  ["INTERVAL 1 YEAR 2 MONTHS", "INTERVAL '1-2' YEAR TO MONTH"],
  ["INTERVAL '1 day 2 hours'", "INTERVAL '1 2' DAY TO HOUR"],
  ["DATE '2024-1-2'", "DATE '2024-01-02'"],
  ["a REGEXP 'x'", "a RLIKE 'x'"],
  ["x.y.z", "x.y.z"],
  ["f(x).y", "f(x).y"],
  ["c:a.b::STRING", "CAST(c:a.b AS STRING)"],
  ["3000000000", "3000000000L"],
  ["-2147483648", "-2147483648"],
  ["-2147483648L", "-2147483648L"],
  ["99999999999999999999", "99999999999999999999BD"],
] as const) {
  test(`is read as ${canonical}: ${text}`, () => {
    assert.equal(printExpression(parseExpressionText(text)), canonical);
  });
}
