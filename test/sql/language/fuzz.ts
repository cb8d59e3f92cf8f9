import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import fc from "fast-check";
import { Fault } from "#wire/errors.ts";
import { parseExpressionText, parseQueryText, parseStatement, parseTypeText } from "../../../src/sql/parse/mod.ts";
import { printStatement } from "../../../src/sql/text/print.ts";
import { Tape } from "../../attacks/sql/oracle/tape.ts";
import { kinds } from "./texts.ts";

const TAPE_LENGTH = 160;
const NUMBER_MAX = 0xffff;

/** A parser that takes so long over a text of less than a page hangs. A machine that does something else meanwhile takes a part of it. */
const PARSE_MS_MAX = 5_000;

/** Of a text that prints to one of more parentheses than it had itself. */
const TOO_DEEP = /nests deeper|deeper than/;

const others: readonly ((text: string) => object)[] = [parseQueryText, parseExpressionText, parseTypeText];

interface Tally {
  texts: number;
  statements: number;
  slowest_ms: number;
}

/** Whatever a text is, a tree or a Fault comes of it, in time; and a tree's text reads back as the same tree, and prints the same again. */
export function fuzz(context: TestContext, texts: number, seed: number): void {
  for (const [kind, make] of Object.entries(kinds)) {
    const tally: Tally = { texts: 0, statements: 0, slowest_ms: 0 };
    const numbers = fc.array(fc.nat(NUMBER_MAX), { minLength: TAPE_LENGTH, maxLength: TAPE_LENGTH, size: "max" });
    const property = fc.property(numbers, (tape) => judge(make(new Tape(tape)), tally));
    fc.assert(property, { numRuns: Math.ceil(texts / Object.keys(kinds).length), seed, unbiased: true });
    const { texts: count, statements, slowest_ms } = tally;
    context.diagnostic(`${count} ${kind}: ${statements} are statements, the slowest took ${Math.round(slowest_ms)} ms`);
  }
}

function judge(text: string, tally: Tally): void {
  tally.texts += 1;
  const began_ms = performance.now();
  const tree = attempt(parseStatement, text);
  for (const parse of others) attempt<object>(parse, text);
  const took_ms = performance.now() - began_ms;
  tally.slowest_ms = Math.max(tally.slowest_ms, took_ms);
  assert.ok(took_ms < PARSE_MS_MAX, `it took ${took_ms} ms: ${text}`);
  if (tree === undefined) return;
  tally.statements += 1;
  const printed = printStatement(tree);
  const again = readAgain(printed, text);
  if (again === undefined) return;
  assert.equal(bare(again), bare(tree), `${text}\nis printed as\n${printed}`);
  assert.equal(printStatement(again), printed);
}

/** The tree; undefined when the text is refused. @throws whatever else the parser throws. */
function attempt<T extends object>(parse: (text: string) => T, text: string): T | undefined {
  try {
    return parse(text);
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === "BAD_REQUEST") return undefined;
    throw new Error(`The parser threw on ${JSON.stringify(text)}`, { cause: thrown });
  }
}

function readAgain(printed: string, text: string): ReturnType<typeof parseStatement> | undefined {
  try {
    return parseStatement(printed);
  } catch (thrown) {
    if (thrown instanceof Fault && TOO_DEEP.test(thrown.message)) return undefined;
    throw new Error(`${JSON.stringify(text)}\nis printed as\n${printed}\nwhich is no statement`, { cause: thrown });
  }
}

const SOURCES: ReadonlySet<string> = new Set(["create_view", "expression_source", "query_source"]);

/** The tree as text, without positions and without texts kept as written. */
function bare(tree: object): string {
  return JSON.stringify(tree, function (this: { readonly kind?: unknown }, key, value: unknown) {
    if (key === "at" || (key === "text" && SOURCES.has(String(this.kind)))) return undefined;
    return typeof value === "bigint" ? `${value}n` : value;
  });
}
