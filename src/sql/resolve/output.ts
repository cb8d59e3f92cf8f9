import type * as ast from "../ast/expression.ts";
import type { Position } from "../ast/position.ts";
import type { SelectItem as AstItem } from "../ast/query.ts";
import { unsupportedFault } from "../parse/fault.ts";
import { printExpression } from "../text/print.ts";
import { type Environment, inScope } from "./environment.ts";
import { resolveExpression } from "./expression.ts";
import type { Sourced } from "./from.ts";
import { isGenerator, resolveGenerate } from "./generator.ts";
import { columnOf, outputColumn } from "./node.ts";
import type { Expression, SelectItem } from "./resolved.ts";
import { type AliasLookup, type Scope, scopeOf, withAliases } from "./scope.ts";
import { expandStar } from "./star.ts";
import { isVolatile } from "./walk.ts";

/** What a select list gives, before it is known whether rows are grouped. */
export interface Outputs {
  readonly items: readonly SelectItem[];
  /** The items that have an alias or are a column, by lower-case name. */
  readonly byAlias: ReadonlyMap<string, readonly Expression[]>;
  /** FROM, with what a generator in the list adds to it. */
  readonly from: Sourced | null;
}

interface Made {
  readonly name: string;
  readonly value: Expression;
}

/** The name of an item without alias: a column's or field's own, else the text as it could be written. */
function nameOf(value: ast.Expression): string {
  if (value.kind === "column") return value.parts.at(-1)!.text;
  if (value.kind === "field_access") return value.field.text;
  if (value.kind === "path") {
    const last = value.steps.findLast((step) => step.kind === "path_field");
    if (last) return last.name;
  }
  return printExpression(value);
}

/**
 * The select list: stars written out, each item seeing the aliases before it, a generator moved into FROM.
 * @throws Fault for a second generator, and for an alias used again whose value changes with each call.
 */
export function resolveItems(list: readonly AstItem[], from: Sourced | null, environment: Environment): Outputs {
  const made: Made[] = [];
  const byAlias = new Map<string, Expression[]>();
  let source = from;
  let generated = false;
  const scope = (): Scope => scopeOf(from?.columns ?? [], environment.scope);
  const here = () => inScope(environment, withAliases(scope(), aliasLookup(byAlias, list[0]!.at)));
  for (const item of list) {
    const { value, alias } = item;
    if (value.kind === "star") {
      made.push(...expandStar(value, from?.columns ?? [], environment));
    } else if (value.kind === "call" && isGenerator(value)) {
      if (generated) throw unsupportedFault(value.at, "A second generator in one select list", "Use LATERAL VIEW.");
      generated = true;
      const input = source?.source ?? null;
      const generate = resolveGenerate({ call: value, outer: false, input, columns: alias ? [alias] : [] }, here());
      source = { source: generate, columns: source?.columns ?? [] };
      made.push(...generate.columns.map((column) => ({ name: column.name, value: columnOf(generate.alias, column) })));
    } else {
      const resolved = resolveExpression(value, here());
      environment.statement.size.add(resolved, value.at);
      made.push({ name: alias?.text ?? nameOf(value), value: resolved });
      const key = alias?.text.toLowerCase();
      if (key !== undefined) byAlias.set(key, [...(byAlias.get(key) ?? []), resolved]);
    }
  }
  const items = made.map(({ name, value }, i) => Object.freeze({ column: outputColumn(i, name, value.type), value }));
  return { items, byAlias, from: source };
}

/** An alias stands for its expression wherever it is used, which must therefore have one value. */
export function aliasLookup(byAlias: Outputs["byAlias"], at: Position): AliasLookup {
  return (key) => {
    const found = byAlias.get(key) ?? [];
    if (!found.some(isVolatile)) return found;
    throw unsupportedFault(at, `Using the alias \`${key}\` of a value that changes with each call`);
  };
}
