import type { FunctionRow } from "../functions/row.ts";
import type { Expression, Query, Source, WindowCall } from "../resolve/resolved.ts";
import { type DataType, decimalOf, sameType } from "../types/mod.ts";
import { isCertainArithmetic, isCertainCast, isCertainLiteral } from "./certain.ts";
import { gatheredExpressions } from "./gathered.ts";
import { staysBehind } from "./stays-behind.ts";
import { type Visitor, visit, visitExpression } from "./tree.ts";

/** Whose text is judged: a subject's may be an attack, an owner's policy need only be sure not to fail. */
type Author = "subject" | "owner";

/**
 * Where a query may run, by the worst of its expressions. `beside` the rows that a policy hides: no expression can fail, or tell
 * values apart by failing, on any row. `behind` a barrier on each governed reference: what may fail is marked so in the engine, which
 * then meets the rows that the barrier let pass alone. `apart`: on visible rows that a statement of their own has made.
 */
export type Standing = (typeof standings)[number];
const standings = ["apart", "behind", "beside"] as const;

/** Of a statement of its own, by the subject. Chosen from the function table; what is not listed there is `apart`. */
export function standingOf(statement: Query): Standing {
  const judge = new Judge("subject", gatheredExpressions(statement));
  visit(statement, judge);
  return judge.standing;
}

/** True when a query may run beside hidden rows, whatever it is a part of. */
export function isLeakProof(query: Query, author: Author = "subject"): boolean {
  const judge = new Judge(author);
  visit(query, judge);
  return judge.standing === "beside";
}

/** As `standingOf`, for one expression. */
export function standingOfExpression(root: Expression, author: Author = "subject"): Standing {
  const judge = new Judge(author);
  visitExpression(root, judge);
  return judge.standing;
}

/** As `isLeakProof`, for one expression. */
export const isLeakProofExpression = (root: Expression, author: Author = "subject"): boolean =>
  standingOfExpression(root, author) === "beside";

/** The one that keeps more away. */
export const worseOf = (one: Standing, other: Standing): Standing =>
  standings[Math.min(standings.indexOf(one), standings.indexOf(other))]!;

class Judge implements Visitor {
  standing: Standing = "beside";
  readonly #author: Author;
  /** Held for safe where they stand. */
  readonly #gathered: ReadonlySet<Expression>;

  constructor(author: Author, gathered: ReadonlySet<Expression> = new Set()) {
    this.#author = author;
    this.#gathered = gathered;
  }

  expression = (node: Expression): void => {
    if (this.#gathered.has(node) || holds(node, this.#author)) return;
    this.#lower(staysBehind(node) ? "behind" : "apart");
  };

  source = (node: Source): void => {
    if (node.kind === "generate") this.#lower("apart");
  };

  #lower(standing: Standing): void {
    this.standing = worseOf(this.standing, standing);
  }
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
    case "outside_call":
      return false;
    case "cast":
      if (node.tolerant) return true;
      return node.operand.kind === "literal"
        ? isCertainCast(node.operand, node.type)
        : widens(node.operand.type, node.type);
    case "window":
      return !isReckoned(node) && rowHolds(node.function, node.arguments, author);
    case "call":
      return isCertainArithmetic(node) || rowHolds(node.function, node.arguments, author);
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

/** Casts that no value can fail: the same type, a wider whole number or decimal, a floating one. */
function widens(from: DataType, to: DataType): boolean {
  if (sameType(from, to)) return true;
  if (to.kind === "decimal") {
    const given = decimalOf(from);
    return given !== undefined && to.scale >= given.scale && to.precision - to.scale >= given.precision - given.scale;
  }
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
