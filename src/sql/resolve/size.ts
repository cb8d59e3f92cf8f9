import type { Fault } from "#wire/errors.ts";
import type { Position } from "../ast/position.ts";
import type { FunctionRow } from "../functions/mod.ts";
import type { DataType } from "../types/mod.ts";
import { misplaced } from "./fault.ts";
import type { Expression, Query } from "./resolved.ts";
import { below, expressionsOf } from "./walk.ts";

/**
 * Nodes of one expression when everything that it stands for is written out. An alias of the select list, the operand of CASE or
 * BETWEEN and the arguments of some functions stand in several places, so that a chain of them doubles at each step: 40 such in a
 * line of text would be more than any machine holds.
 */
const EXPRESSION_NODES_MAX = 100_000;

/** Nodes of all items, grouping and sort keys of a statement together, likewise. */
const STATEMENT_NODES_MAX = 200_000;

/** Counts what a statement's lists are made of. */
export class Size {
  #nodes = 0;

  /** @throws Fault BAD_REQUEST when the statement grows too large with this expression. */
  add(node: Expression, at: Position): void {
    this.#nodes += sizeOf(node);
    if (this.#nodes > STATEMENT_NODES_MAX)
      throw tooLarge(at, `The statement's expressions stand for more than ${STATEMENT_NODES_MAX} others.`);
  }
}

/** Sizes of nodes by identity: what stands in several places is counted there each time and computed once. */
const sizes = new WeakMap<Expression | Query, number>();

/** @throws Fault BAD_REQUEST for an expression that is too large when written out. */
export function refuseLarge(node: Expression, at: Position): void {
  if (sizeOf(node) > EXPRESSION_NODES_MAX)
    throw tooLarge(at, `This expression stands for more than ${EXPRESSION_NODES_MAX} others.`);
}

const tooLarge = (at: Position, message: string): Fault =>
  misplaced(at, "EXPRESSION_TOO_LARGE", "54001", `${message} Compute its parts in subqueries.`);

function sizeOf(node: Expression): number {
  const known = sizes.get(node);
  if (known !== undefined) return known;
  const { expressions, queries } = below(node);
  const written = timesWritten(node);
  let size = 1;
  for (const [i, child] of expressions.entries()) size += written(i) * sizeOf(child);
  for (const query of queries) size += sizeOfQuery(query);
  sizes.set(node, size);
  return size;
}

const once = (): number => 1;

/** How often each child stands in what the engine is given. */
function timesWritten(node: Expression): (child: number) => number {
  if (node.kind === "call" || node.kind === "aggregate" || node.kind === "window")
    return timesInTemplate(node.function);
  if (node.kind !== "cast") return once;
  const times = timesCast(node.operand.type);
  return () => times;
}

/** A struct is cast field by field. */
function timesCast(type: DataType): number {
  if (type.kind !== "struct") return 1;
  return 1 + type.fields.reduce((sum, field) => sum + timesCast(field.type), 0);
}

const templates = new WeakMap<FunctionRow, (argument: number) => number>();

function timesInTemplate(row: FunctionRow): (argument: number) => number {
  const known = templates.get(row);
  if (known) return known;
  const counts = row.parameters.map((_, i) => row.print.split(`{${i}}`).length - 1);
  const times = (argument: number): number => Math.max(1, counts[argument] ?? 1);
  templates.set(row, times);
  return times;
}

function sizeOfQuery(query: Query): number {
  const known = sizes.get(query);
  if (known !== undefined) return known;
  let size = 1;
  for (const _node of expressionsOf(query)) {
    size += 1;
    if (size > EXPRESSION_NODES_MAX) break;
  }
  sizes.set(query, size);
  return size;
}
