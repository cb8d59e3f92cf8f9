import assert from "node:assert/strict";
import { test } from "node:test";
import { acceptedStatements } from "../parse/accepted.fixture.ts";
import { parseQueryText, parseStatement } from "../parse/mod.ts";
import { printQuery } from "../text/print.ts";
import { mapQuery, rootsOf, walk } from "./visit.ts";

function isNode(value: object): boolean {
  return "kind" in value;
}

/** Every object with one of these kinds, found without the visitor. */
function findAll(value: unknown, kinds: ReadonlySet<string>, found: object[] = []): readonly object[] {
  if (typeof value !== "object" || value === null) return found;
  if (isNode(value) && kinds.has(String((value as { kind: unknown }).kind))) found.push(value);
  for (const child of Object.values(value)) findAll(child, kinds, found);
  return found;
}

const tables = new Set([
  "named_table",
  "table_function",
  "derived_table",
  "whole_table",
  "call",
  "scalar_subquery",
  "query",
]);

for (const text of acceptedStatements) {
  test(`walk meets every table, call and subquery: ${text.slice(0, 100)}`, () => {
    const statement = parseStatement(text);
    const walked = rootsOf(statement).flatMap((root) => [...walk(root)].filter((node) => tables.has(node.kind)));
    assert.deepEqual(new Set(walked), new Set(findAll(statement, tables)));
  });
}

test("mapping replaces every table, however deep, and leaves the old tree alone", () => {
  const before = parseQueryText(
    "WITH a AS (SELECT * FROM t) SELECT (SELECT max(x) FROM t) FROM a JOIN t ON EXISTS (SELECT 1 FROM t)",
  );
  const text = printQuery(before);
  const after = mapQuery(before, {
    table: (node) => (node.kind === "named_table" ? Object.freeze({ ...node, alias: null, name: other }) : node),
  });
  assert.equal(printQuery(before), text);
  assert.equal(printQuery(after).match(/\bu\b/g)?.length, 5);
  assert.doesNotMatch(printQuery(after), /FROM t\b/);
});

const at = { line: 1, column: 1, offset: 0 };
const other = { kind: "name", at, parts: [{ kind: "identifier", at, text: "u", quoted: false }] } as const;

test("mapping works bottom-up: a parent sees its children replaced", () => {
  const mapped = mapQuery(parseQueryText("SELECT 1 + 2"), {
    expression: (node) => {
      if (node.kind === "integer_literal") return Object.freeze({ ...node, value: node.value * 10n });
      if (node.kind !== "binary" || node.left.kind !== "integer_literal" || node.right.kind !== "integer_literal")
        return node;
      return Object.freeze({ ...node.left, value: node.left.value + node.right.value });
    },
  });
  assert.equal(printQuery(mapped), "SELECT 30");
});
