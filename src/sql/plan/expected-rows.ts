import type { ExpectedRows } from "../engines/engine.ts";
import { FEW_ROWS } from "../engines/limits.ts";
import { conjuncts, isLogic } from "../govern/conjuncts.ts";
import { type Replace, rebuildExpression } from "../govern/tree.ts";
import { isConstant } from "../resolve/node.ts";
import type { Expression, Query, Select, Source } from "../resolve/resolved.ts";

/**
 * What a query's text alone says of how many rows it gives: `few` for certain; `likely_few` of one relation's rows that have a given
 * value in a column, as they are. Undefined for any other.
 */
export function expectedRows({ with: common, body, order, limit }: Query): ExpectedRows | undefined {
  if (limit !== null && isFew(limit)) return "few";
  if (body.kind === "values") return body.rows.length <= FEW_ROWS ? "few" : undefined;
  if (body.kind !== "select") return undefined;
  if (body.group === null && body.items.some((item) => holds(item.value, "aggregate"))) return "few";
  return common.length === 0 && order.length === 0 && isLookUp(body) ? "likely_few" : undefined;
}

function isFew(limit: Expression): boolean {
  if (limit.kind === "cast") return isFew(limit.operand);
  return limit.kind === "literal" && typeof limit.value === "bigint" && limit.value <= BigInt(FEW_ROWS);
}

const isLookUp = (select: Select): boolean =>
  select.where !== null && conjuncts(select.where).some(namesValue) && showsRows(select);

/** Nothing has to be done for all of one relation's rows before the first is known. */
function showsRows({ distinct, items, from, group, having, qualify }: Select): boolean {
  if (distinct || group || having || qualify || from === null) return false;
  return isOneRelation(from) && !items.some(({ value }) => holds(value, "window", "aggregate"));
}

/** A table, or a view that shows its rows as they are. */
function isOneRelation(source: Source): boolean {
  if (source.kind === "relation") return true;
  if (source.kind !== "subquery" || source.lateral) return false;
  const { with: common, body, order, limit, offset } = source.query;
  const isPlain = common.length === 0 && order.length === 0 && limit === null && offset === null;
  return isPlain && body.kind === "select" && showsRows(body);
}

function namesValue(condition: Expression): boolean {
  if (!isLogic(condition, "=")) return false;
  const [left, right] = condition.arguments;
  return (left!.kind === "column" && isConstant(right!)) || (right!.kind === "column" && isConstant(left!));
}

/** Whether it holds one of a kind, but for those within its subqueries. */
function holds(value: Expression, ...kinds: readonly Expression["kind"][]): boolean {
  let found = false;
  const look: Replace = {
    expression: (node) => {
      found ||= kinds.includes(node.kind);
      return found ? node : rebuildExpression(node, look);
    },
    source: (node) => node,
    query: (node) => node,
  };
  look.expression(value);
  return found;
}
