import type { Expression } from "./resolved.ts";

/** A column that a name may mean, with what it stands for. */
export interface ScopeColumn {
  /** As its source spells it. */
  readonly name: string;
  /** Lower-case parts that may stand before its name, outermost first; any suffix of them will do. Empty for none. */
  readonly qualifier: readonly string[];
  readonly value: Expression;
  /** Merged into another column by USING or NATURAL: seen with its qualifier alone. */
  readonly hidden: boolean;
}

/** Something named for later in the same list: an alias of a select item. Undefined when there is none. */
export type AliasLookup = (key: string) => readonly Expression[];

/** One level of names; what is not found is looked for in `parent`, the query around. */
export interface Scope {
  readonly columns: readonly ScopeColumn[];
  /** Tried after the columns of this level. */
  readonly aliases: AliasLookup;
  readonly parent: Scope | null;
}

const NONE: AliasLookup = () => [];

export function scopeOf(columns: readonly ScopeColumn[], parent: Scope | null, aliases: AliasLookup = NONE): Scope {
  return Object.freeze({ columns, aliases, parent });
}

/** The same level with aliases to try after its columns. */
export function withAliases(scope: Scope, aliases: AliasLookup): Scope {
  return scopeOf(scope.columns, scope.parent, aliases);
}

/** True when `given`, as written before a column's name, names the column's source. */
export function isQualifiedBy(column: ScopeColumn, given: readonly string[]): boolean {
  const offset = column.qualifier.length - given.length;
  return given.length > 0 && offset >= 0 && given.every((part, i) => part === column.qualifier[offset + i]);
}
