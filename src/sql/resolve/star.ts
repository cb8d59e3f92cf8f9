import type { Star } from "../ast/expression.ts";
import { type Name, nameKey } from "../ast/name.ts";
import { unsupportedFault } from "../parse/fault.ts";
import type { Environment } from "./environment.ts";
import { misplaced, unresolvedColumn } from "./fault.ts";
import { structField } from "./names.ts";
import type { Expression } from "./resolved.ts";
import { isQualifiedBy, type ScopeColumn } from "./scope.ts";

export interface Starred {
  readonly name: string;
  readonly value: Expression;
}

/** The place of an excepted column among those of the star. @throws Fault for one that is not there. */
function excepted(name: Name, columns: readonly ScopeColumn[]): readonly ScopeColumn[] {
  const parts = name.parts.map(nameKey);
  const key = parts.at(-1);
  const qualifier = parts.slice(0, -1);
  const found = columns.filter(
    (column) => column.name.toLowerCase() === key && (qualifier.length === 0 || isQualifiedBy(column, qualifier)),
  );
  if (found.length > 0) return found;
  if (columns.some((column) => column.name.toLowerCase() === parts[0] && column.value.type.kind === "struct")) {
    throw unsupportedFault(name.at, "EXCEPT of a struct's field");
  }
  throw unresolvedColumn(
    name.at,
    name.parts.map((part) => part.text),
  );
}

/** `s.*` of a struct column: its fields. */
function structStar(star: Star, columns: readonly ScopeColumn[]): readonly ScopeColumn[] {
  const parts = star.qualifier!.parts;
  const key = nameKey(parts.at(-1)!);
  const qualifier = parts.slice(0, -1).map(nameKey);
  const found = columns.filter(
    (column) =>
      column.name.toLowerCase() === key && (qualifier.length === 0 ? !column.hidden : isQualifiedBy(column, qualifier)),
  );
  const value = found[0]?.value;
  if (found.length !== 1 || value?.type.kind !== "struct") {
    throw misplaced(
      star.at,
      "CANNOT_RESOLVE_STAR_EXPAND",
      "42704",
      `\`${parts.map((part) => part.text).join(".")}\`.* names no table here.`,
    );
  }
  return value.type.fields.map((field) => ({
    name: field.name,
    qualifier: [],
    value: structField(value, field.name, star.at),
    hidden: false,
  }));
}

/** The columns that a star stands for, in order. Columns of queries around are not among them. */
export function expandStar(star: Star, columns: readonly ScopeColumn[], environment: Environment): readonly Starred[] {
  if (columns.length === 0) {
    throw misplaced(star.at, "INVALID_USAGE_OF_STAR_OR_REGEX", "42000", "'*' needs a FROM.");
  }
  const qualifier = star.qualifier?.parts.map(nameKey);
  const meant = qualifier
    ? columns.filter((column) => isQualifiedBy(column, qualifier))
    : columns.filter((column) => !column.hidden);
  const all = meant.length > 0 ? meant : structStar(star, columns);
  const without = new Set(star.except.flatMap((name) => excepted(name, all)));
  const left = all.filter((column) => !without.has(column));
  if (left.length === 0) throw misplaced(star.at, "EXCEPT_RESOLVED_COLUMNS_EMPTY", "42704", "EXCEPT leaves no column.");
  return left.map((column) => ({ name: column.name, value: environment.statement.written(column.value, star.at) }));
}
