import type { BinaryOperator } from "../ast/expression.ts";
import type { Token } from "./token.ts";

interface OperatorRow {
  readonly operator: BinaryOperator;
  /** A higher one binds tighter. All are left-associative. */
  readonly precedence: number;
}

/** Comparison and what binds tighter. AND, OR and NOT bind looser and have rules of their own, as predicates have. */
// biome-ignore format: a table is read in columns
const operators: ReadonlyMap<string, OperatorRow> = new Map<string, OperatorRow>([
  ["=",   { operator: "=",   precedence: 1 }], ["==",  { operator: "=",   precedence: 1 }],
  ["<>",  { operator: "<>",  precedence: 1 }], ["!=",  { operator: "<>",  precedence: 1 }],
  ["<",   { operator: "<",   precedence: 1 }], ["<=",  { operator: "<=",  precedence: 1 }],
  [">",   { operator: ">",   precedence: 1 }], [">=",  { operator: ">=",  precedence: 1 }],
  ["<=>", { operator: "<=>", precedence: 1 }],
  ["|",   { operator: "|",   precedence: 2 }],
  ["^",   { operator: "^",   precedence: 3 }],
  ["&",   { operator: "&",   precedence: 4 }],
  ["<<",  { operator: "<<",  precedence: 5 }], [">>",  { operator: ">>",  precedence: 5 }], [">>>", { operator: ">>>", precedence: 5 }],
  ["+",   { operator: "+",   precedence: 6 }], ["-",   { operator: "-",   precedence: 6 }], ["||",  { operator: "||",  precedence: 6 }],
  ["*",   { operator: "*",   precedence: 7 }], ["/",   { operator: "/",   precedence: 7 }], ["%",   { operator: "%",   precedence: 7 }],
  ["DIV", { operator: "DIV", precedence: 7 }],
]);

/** The binary operator that a token is, if any. Source: "Operators and operator precedence" of Databricks' SQL reference. */
export function operatorAt(token: Token): OperatorRow | undefined {
  if (token.kind === "symbol") return operators.get(token.symbol);
  return token.kind === "word" && token.word === "DIV" ? operators.get("DIV") : undefined;
}

/** How tight a binary operator binds; AND and OR, which bind loosest, are below 1. */
export function precedenceOf(operator: BinaryOperator): number {
  return operators.get(operator)?.precedence ?? (operator === "AND" ? -2 : -3);
}
