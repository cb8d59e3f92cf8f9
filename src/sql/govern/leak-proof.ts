import type { FunctionRow } from "../functions/row.ts";
import type { Expression, Query, Source, WindowCall } from "../resolve/resolved.ts";
import { type DataType, sameType } from "../types/type.ts";
import { isCertainCast, isCertainLiteral } from "./certain.ts";
import { type Visitor, visit, visitExpression } from "./tree.ts";

/** Whose text is judged: a subject's may be an attack, an owner's policy need only be sure not to fail. */
type Author = "subject" | "owner";

/**
 * True when no expression of a query can fail, or tell values apart by failing, on any row: then it may run beside rows that a
 * policy hides. Chosen from the function table; what is not listed there is not leak-proof.
 */
export function isLeakProof(query: Query, author: Author = "subject"): boolean {
  const judge = new Judge(author);
  visit(query, judge);
  return judge.proof;
}

/** As `isLeakProof`, for one expression. */
export function isLeakProofExpression(root: Expression, author: Author = "subject"): boolean {
  const judge = new Judge(author);
  visitExpression(root, judge);
  return judge.proof;
}

class Judge implements Visitor {
  proof = true;
  readonly #author: Author;

  constructor(author: Author) {
    this.#author = author;
  }

  expression = (node: Expression): void => {
    this.proof &&= holds(node, this.#author);
  };

  source = (node: Source): void => {
    this.proof &&= node.kind !== "generate";
  };
}

/** One node; its children are judged by themselves. */
function holds(node: Expression, author: Author): boolean {
  switch (node.kind) {
    case "literal":
      return isCertainLiteral(node);
    case "column":
    case "output":
    case "case":
    case "in_list":
    case "in_query":
    case "exists":
    case "field":
      return true;
    case "lambda":
    case "lambda_parameter":
      return false;
    case "cast":
      if (node.tolerant) return true;
      return node.operand.kind === "literal"
        ? isCertainCast(node.operand, node.type)
        : widens(node.operand.type, node.type);
    case "window":
      return !isReckoned(node) && rowHolds(node.function, node.arguments, author);
    case "call":
    case "aggregate":
      return rowHolds(node.function, node.arguments, author);
    case "scalar_subquery":
      return givesOneRow(node.query);
  }
}

/** True for a frame whose bounds are computed from the sort key, which may overflow. */
function isReckoned({ frame }: WindowCall): boolean {
  return frame?.unit === "RANGE" && (frame.start.distance !== null || frame.end.distance !== null);
}

function rowHolds(row: FunctionRow, given: readonly Expression[], author: Author): boolean {
  const proof = row.leak_proof;
  if (!proof || (proof.grows && author === "subject")) return false;
  if (proof.same_type && given.some((one) => !sameType(one.type, given[0]!.type))) return false;
  if (proof.arguments === "any") return true;
  const rules = proof.arguments;
  return given.every((one, i) => (rules[i] ?? rules.at(-1)) === "column" || isConstant(one));
}

function isConstant(node: Expression): boolean {
  return node.kind === "literal" || (node.kind === "cast" && isConstant(node.operand));
}

const whole = ["TINYINT", "SMALLINT", "INT", "BIGINT"];

/** Casts that no value can fail: the same type, a wider whole number, a floating one. */
function widens(from: DataType, to: DataType): boolean {
  if (sameType(from, to)) return true;
  if (from.kind !== "simple" || to.kind !== "simple") return false;
  if (from.name === "VOID") return true;
  const rank = whole.indexOf(from.name);
  if (to.name === "DOUBLE") return rank >= 0 || from.name === "FLOAT";
  return rank >= 0 && whole.indexOf(to.name) > rank;
}

/** A subquery of more than one row is an error; a bare aggregate gives exactly one. */
function givesOneRow({ body }: Query): boolean {
  if (body.kind !== "select" || body.group !== null) return false;
  return body.items.every((item) => item.value.kind === "aggregate");
}
