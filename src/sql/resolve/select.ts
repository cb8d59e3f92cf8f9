import type { Select as AstSelect } from "../ast/query.ts";
import { unsupportedFault } from "../parse/fault.ts";
import { isOrderable, spellType } from "../types/mod.ts";
import { type Environment, inPlace, inScope } from "./environment.ts";
import { resolveCondition } from "./expression.ts";
import { mismatch, misplaced } from "./fault.ts";
import { resolveFrom, type Sourced } from "./from.ts";
import { resolveLateralView } from "./generator.ts";
import { resolveGroup } from "./group.ts";
import { refuseUngrouped } from "./grouped.ts";
import { selectOf } from "./node.ts";
import { aliasLookup, type Outputs, resolveItems } from "./output.ts";
import type { Expression, Grouping, Select } from "./resolved.ts";
import { type ScopeColumn, scopeOf, withAliases } from "./scope.ts";
import { aliasesOf, holdsKind } from "./walk.ts";

/** A resolved SELECT, and what ORDER BY behind it may use. */
export interface Selected {
  readonly body: Select;
  /** Names: the outputs first, then the columns of FROM. */
  readonly ordering: Environment;
  /** @throws Fault when a grouped query may not give this value. */
  readonly check: (value: Expression) => void;
  /** The columns of FROM, by which an output may also be called. */
  readonly from: Sourced | null;
}

function outputColumns(outputs: Outputs): readonly ScopeColumn[] {
  const seen = new Set<string>();
  return outputs.items.flatMap(({ column, value }) => {
    const key = `${column.name.toLowerCase()} ${value.kind === "column" ? `${value.source} ${value.column}` : column.id}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ name: column.name, qualifier: [], value, hidden: false }];
  });
}

function windowsOf(node: AstSelect): Environment["windows"] {
  const windows = new Map(node.windows.map((entry) => [entry.name.text.toLowerCase(), entry.window]));
  if (windows.size < node.windows.length) {
    throw misplaced(node.windows[0]!.at, "REPETITIVE_WINDOW_DEFINITION", "42713", "A window's name is given twice.");
  }
  return windows;
}

function refuseUnorderable(outputs: Outputs, group: Grouping | null, node: AstSelect): void {
  const compared = [...(node.distinct ? outputs.items.map((item) => item.value) : []), ...(group?.keys ?? [])];
  const found = compared.find((value) => !isOrderable(value.type));
  if (found) throw mismatch(node.at, `Values of type ${spellType(found.type)} cannot be compared with each other.`);
}

/** One SELECT, its clauses in the order in which they take effect. */
export function resolveSelect(node: AstSelect, outer: Environment): Selected {
  const environment: Environment = Object.freeze({ ...outer, windows: windowsOf(node), input: null });
  let from = resolveFrom(node.from, environment);
  for (const view of node.lateral_views) from = resolveLateralView(view, from, environment);
  const scope = scopeOf(from?.columns ?? [], environment.scope);
  const rows = inScope(environment, scope);
  const where = node.where && resolveCondition(node.where, inPlace(rows, "WHERE"));
  const anywhere = { aggregate: true, window: true };
  const outputs = resolveItems(node.items, from, inPlace(environment, "the select list", anywhere));
  const aliased = withAliases(scope, aliasLookup(outputs.byAlias, node.at));
  const group = node.group && resolveGroup(node.group, outputs.items, inScope(environment, aliased));

  const input = aliased;
  const outputsFirst: Environment = Object.freeze({
    ...inScope(environment, scopeOf(outputColumns(outputs), scope)),
    input,
  });
  const having = node.having && resolveCondition(node.having, inPlace(outputsFirst, "HAVING", { aggregate: true }));
  const qualified = inPlace(inScope(environment, aliased), "QUALIFY", anywhere);
  const qualify = node.qualify && resolveCondition(node.qualify, qualified);

  const values = outputs.items.map((item) => item.value);
  const isGrouped = group !== null || having !== null || values.some((value) => holdsKind(value, "aggregate"));
  if (having && holdsKind(having, "window")) {
    throw misplaced(
      node.having!.at,
      "UNSUPPORTED_EXPR_FOR_WINDOW",
      "42P20",
      "Window functions go into QUALIFY, not HAVING.",
    );
  }
  if (qualify && ![...values, qualify].some((value) => holdsKind(value, "window"))) {
    throw misplaced(
      node.qualify!.at,
      "QUALIFY_WITHOUT_WINDOW",
      "42601",
      "QUALIFY needs a window function here or in the select list.",
    );
  }
  if (isGrouped && outputs.from !== from)
    throw unsupportedFault(node.at, "A generator beside aggregates", "Use LATERAL VIEW.");
  refuseUnorderable(outputs, group, node);
  const { statement } = environment;
  const grouped = {
    keys: group?.keys ?? [],
    sources: new Set(aliasesOf(outputs.from?.source ?? null)),
    at: node.at,
    statement,
  };
  const check = (value: Expression): void => {
    if (isGrouped) refuseUngrouped(value, grouped);
  };
  for (const value of [...values, having, qualify]) if (value) check(value);
  const body = selectOf(outputs.items, outputs.from?.source ?? null, {
    distinct: node.distinct,
    where,
    group,
    having,
    qualify,
    ...(node.called && { called: true }),
    ...(node.routine !== undefined && { routine: node.routine }),
  });
  return { body, ordering: inPlace(outputsFirst, "ORDER BY", anywhere), check, from: outputs.from };
}
