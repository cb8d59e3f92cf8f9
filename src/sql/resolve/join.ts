import { type Identifier, nameKey } from "../ast/name.ts";
import type { Join as AstJoin } from "../ast/table.ts";
import { bindCall } from "./bind.ts";
import { type Environment, inPlace, inScope } from "./environment.ts";
import { resolveCondition } from "./expression.ts";
import { ambiguousReference, unresolvedColumn } from "./fault.ts";
import { resolveTable, type Sourced } from "./from.ts";
import { booleanLiteral } from "./node.ts";
import type { Expression, Join } from "./resolved.ts";
import { type ScopeColumn, scopeOf } from "./scope.ts";

/** The one visible column of the name. @throws Fault UNRESOLVED_COLUMN or AMBIGUOUS_REFERENCE. */
function sideColumn(columns: readonly ScopeColumn[], name: Identifier): ScopeColumn {
  const found = columns.filter((column) => !column.hidden && column.name.toLowerCase() === nameKey(name));
  const [column, ...others] = found;
  if (!column) throw unresolvedColumn(name.at, [name.text]);
  if (others.length > 0) throw ambiguousReference(name.at, [name.text]);
  return column;
}

function sharedNames(left: Sourced, right: Sourced, node: AstJoin): readonly Identifier[] {
  const visible = (side: Sourced) => side.columns.filter((column) => !column.hidden);
  const keys = new Set(visible(right).map((column) => column.name.toLowerCase()));
  return visible(left)
    .filter((column) => keys.has(column.name.toLowerCase()))
    .map((column) => ({ kind: "identifier", at: node.at, text: column.name, quoted: false }));
}

interface Merged {
  readonly condition: Expression;
  readonly columns: readonly ScopeColumn[];
}

/** The columns joined on come first and once: the side that is never filled with NULLs gives them, of FULL the first that is there. */
function mergeColumns(left: Sourced, right: Sourced, names: readonly Identifier[], node: AstJoin): Merged {
  const pairs = names.map((name) => [sideColumn(left.columns, name), sideColumn(right.columns, name)] as const);
  const equalities = pairs.map(([a, b], i) => bindCall("=", [a.value, b.value], names[i]!.at));
  const condition = equalities.reduce<Expression | undefined>(
    (all, one) => (all ? bindCall("and", [all, one], node.at) : one),
    undefined,
  );
  const used = new Set(pairs.flat());
  const merged = pairs.map(([a, b], i): ScopeColumn => {
    if (node.type === "RIGHT") return b;
    if (node.type !== "FULL") return a;
    return {
      name: a.name,
      qualifier: [],
      value: bindCall("coalesce", [a.value, b.value], names[i]!.at),
      hidden: false,
    };
  });
  const rest = (side: Sourced) => side.columns.filter((column) => !used.has(column));
  const hidden = [...used].filter((column) => !merged.includes(column)).map((column) => ({ ...column, hidden: true }));
  return {
    condition: condition ?? booleanLiteral(true),
    columns: [...merged, ...rest(left), ...rest(right), ...hidden],
  };
}

function joined(left: Sourced, right: Sourced, type: Join["type"], condition: Expression | null): Join {
  return Object.freeze({ kind: "join", type, left: left.source, right: right.source, condition });
}

/** A join; ON sees both sides, a semi or anti join gives its left side alone. */
export function resolveJoin(node: AstJoin, environment: Environment, before: readonly ScopeColumn[]): Sourced {
  const left = resolveTable(node.left, environment, before);
  const right = resolveTable(node.right, environment, [...before, ...left.columns]);
  const isLeftOnly = node.type === "LEFT SEMI" || node.type === "LEFT ANTI";
  const both = [...left.columns, ...right.columns];
  const { condition } = node;
  if (!condition) return { source: joined(left, right, "CROSS", null), columns: both };
  if (condition.kind === "join_on") {
    const within = inPlace(inScope(environment, scopeOf(both, environment.scope)), "JOIN … ON");
    const value = resolveCondition(condition.value, within);
    return { source: joined(left, right, node.type, value), columns: isLeftOnly ? left.columns : both };
  }
  const names = condition.kind === "join_using" ? condition.columns : sharedNames(left, right, node);
  const merged = mergeColumns(left, right, names, node);
  return {
    source: joined(left, right, node.type, merged.condition),
    columns: isLeftOnly ? left.columns : merged.columns,
  };
}
