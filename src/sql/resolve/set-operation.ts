import type { SetOperation as AstSetOperation } from "../ast/query.ts";
import { commonType, isOrderable, spellType } from "../types/mod.ts";
import { type Resolved, resolveBody } from "./body.ts";
import { castQuery } from "./cast-query.ts";
import type { Environment } from "./environment.ts";
import { mismatch, misplaced } from "./fault.ts";
import { outputColumn, queryOf } from "./node.ts";
import type { Body } from "./resolved.ts";

/** Both sides as columns of their common types; the left side names them. */
export function resolveSetOperation(node: AstSetOperation, environment: Environment): Resolved {
  const left = resolveBody(node.left, environment);
  const right = resolveBody(node.right, environment);
  if (left.columns.length !== right.columns.length) {
    const message = `The sides of ${node.operator} have ${left.columns.length} and ${right.columns.length} columns.`;
    throw misplaced(node.at, "NUM_COLUMNS_MISMATCH", "42826", message);
  }
  const types = left.columns.map((column, i) => {
    const type = commonType(column.type, right.columns[i]!.type);
    if (type && (isOrderable(type) || node.all)) return type;
    const given = `${spellType(column.type)} and ${spellType(right.columns[i]!.type)}`;
    throw mismatch(node.at, `Column ${i + 1} of ${node.operator} cannot hold both ${given}.`);
  });
  const cast = (side: Resolved): Body => {
    const whole = queryOf(side.body, side.columns);
    const made = castQuery(whole, types, environment);
    return made === whole ? side.body : made.body;
  };
  const columns = Object.freeze(left.columns.map((column, i) => outputColumn(i, column.name, types[i]!)));
  const { operator, all } = node;
  return {
    body: Object.freeze({ kind: "set_operation", operator, all, left: cast(left), right: cast(right) }),
    columns,
  };
}
