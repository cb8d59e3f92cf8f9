import assert from "node:assert/strict";
import { test } from "node:test";
import { STATEMENT_TEXT_BYTES_MAX } from "#base/limits.ts";
import { Fault } from "#wire/errors.ts";
import { acceptedStatements } from "./accepted.fixture.ts";
import { parseStatement } from "./mod.ts";
import { refusals } from "./refused.fixture.ts";

function faultOf(text: string): Fault {
  try {
    parseStatement(text);
  } catch (thrown) {
    assert.ok(thrown instanceof Fault, `${text.slice(0, 80)} threw ${String(thrown)}`);
    return thrown;
  }
  return assert.fail(`parsed: ${text.slice(0, 80)}`);
}

function isFrozenDeep(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozenDeep);
}

for (const text of acceptedStatements) {
  test(`parses to a frozen tree: ${text.slice(0, 100)}`, () => {
    assert.ok(isFrozenDeep(parseStatement(text)));
  });
}

for (const [text, names, reason, position] of refusals) {
  test(`refuses by name and position: ${JSON.stringify(text).slice(0, 100)}`, () => {
    const { code, message, options } = faultOf(text);
    assert.equal(code, "BAD_REQUEST");
    assert.equal(options.reason, reason, message);
    assert.equal(options.sqlstate, reason === "UNSUPPORTED_FEATURE" ? "0A000" : "42601");
    assert.ok(message.includes(names), message);
    assert.equal(`${options.position?.line}:${options.position?.column}`, position, message);
    assert.ok(message.includes(`line ${options.position?.line}, column ${options.position?.column}`));
  });
}

test("the language is at least 150 statements wide", () => {
  assert.ok(acceptedStatements.length >= 150, String(acceptedStatements.length));
});

test("nesting without bound gives a clean error", () => {
  const deep = 3000;
  for (const text of [
    `SELECT ${"(".repeat(deep)}1${")".repeat(deep)}`,
    "(".repeat(deep),
    `${"(".repeat(deep)}SELECT 1${")".repeat(deep)}`,
    `SELECT * FROM ${"(".repeat(deep)}t${")".repeat(deep)}`,
    `SELECT ${"f(".repeat(deep)}1${")".repeat(deep)}`,
    `SELECT ${"CASE WHEN ".repeat(deep)}1`,
    `SELECT ${"NOT ".repeat(deep)}a`,
    `SELECT ${"- ".repeat(deep)}a`,
    `SELECT CAST(a AS ${"ARRAY<".repeat(deep)}INT${">".repeat(deep)})`,
    `SELECT ${"a[".repeat(deep)}1`,
    `SELECT 1${" + 1".repeat(deep)}`,
    `SELECT a${"[0]".repeat(deep)}`,
    `SELECT 1${" UNION SELECT 1".repeat(deep)}`,
    `SELECT * FROM a${" JOIN a".repeat(deep)}`,
    `${"EXPLAIN ".repeat(deep)}SELECT 1`,
  ]) {
    assert.match(faultOf(text).message, /nests deeper|deeper than/, text.slice(0, 40));
  }
});

test("ninety nested parentheses and a chain of five hundred terms parse", () => {
  parseStatement(`SELECT ${"(".repeat(90)}1${")".repeat(90)}`);
  parseStatement(`SELECT a FROM t WHERE a = 0${" OR a = 1".repeat(500)}`);
});

test("a literal of nearly a megabyte parses, and a longer text is refused as too large", () => {
  parseStatement(`SELECT '${"x".repeat(STATEMENT_TEXT_BYTES_MAX - 20)}'`);
  assert.equal(faultOf(`SELECT '${"x".repeat(STATEMENT_TEXT_BYTES_MAX)}'`).code, "REQUEST_TOO_LARGE");
});

test("a backslash escapes a quote, so what follows it stays inside the string", () => {
  const statement = parseStatement("SELECT 'a\\', ssn FROM sec --'");
  assert.ok(statement.kind === "query_statement" && statement.query.body.kind === "select");
  const [item, ...others] = statement.query.body.items;
  assert.equal(others.length, 0);
  assert.deepEqual(item?.value.kind === "string_literal" && item.value.value, "a', ssn FROM sec --");
});

test("the text of views, function bodies and defaults is kept as written", () => {
  const view = parseStatement("CREATE VIEW v AS  SELECT  'a' -- why\n FROM t ;");
  assert.equal(view.kind === "create_view" && view.text, "SELECT  'a' -- why\n FROM t");
  const made = parseStatement("CREATE FUNCTION f(a INT DEFAULT  1 +  2) RETURNS INT RETURN  a  *  2");
  assert.ok(made.kind === "create_function");
  assert.equal(made.body.text, "a  *  2");
  assert.equal(made.parameters[0]?.default?.text, "1 +  2");
});

test("positions count lines and columns from one", () => {
  const statement = parseStatement("SELECT\n  a,\n  bb FROM t");
  assert.ok(statement.kind === "query_statement" && statement.query.body.kind === "select");
  assert.deepEqual(statement.query.body.items[1]?.at, { line: 3, column: 3, offset: 14 });
});
