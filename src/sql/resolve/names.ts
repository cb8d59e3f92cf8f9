import type { ColumnReference } from "../ast/expression.ts";
import { type Identifier, nameKey } from "../ast/name.ts";
import type { Position } from "../ast/position.ts";
import { unsupportedFault } from "../parse/fault.ts";
import { bindCall } from "./bind.ts";
import type { Environment } from "./environment.ts";
import { ambiguousReference, mismatch, unresolvedColumn, unresolvedField } from "./fault.ts";
import { stringLiteral } from "./node.ts";
import type { Expression } from "./resolved.ts";
import { isQualifiedBy, type Scope, type ScopeColumn } from "./scope.ts";

interface Match {
  readonly candidates: readonly Expression[];
  /** Parts left over: fields of the value. */
  readonly fields: readonly Identifier[];
}

/** Longest qualifiers first, so that a table's name wins over a struct column's; the rest of the parts are fields. */
function matchColumns(columns: readonly ScopeColumn[], parts: readonly Identifier[]): Match | undefined {
  const keys = parts.map(nameKey);
  for (let length = Math.min(3, parts.length - 1); length >= 0; length -= 1) {
    const name = keys[length];
    const found = columns.filter(
      (column) =>
        column.name.toLowerCase() === name &&
        (length === 0 ? !column.hidden : isQualifiedBy(column, keys.slice(0, length))),
    );
    if (found.length > 0) return { candidates: found.map((one) => one.value), fields: parts.slice(length + 1) };
  }
  return undefined;
}

function matchLevel(level: Scope, parts: readonly Identifier[]): Match | undefined {
  const match = matchColumns(level.columns, parts);
  if (match) return match;
  const aliased = level.aliases(nameKey(parts[0]!));
  return aliased.length > 0 ? { candidates: aliased, fields: parts.slice(1) } : undefined;
}

/** A name that leaves fields over means a value that has fields; where it has none, the name may mean something further out. */
function mayHaveFields({ type }: Expression): boolean {
  return type.kind === "struct" || type.kind === "map" || type.kind === "array";
}

/**
 * What a column reference means: innermost query first, within it the columns of FROM before aliases.
 * @throws Fault UNRESOLVED_COLUMN (42703) or AMBIGUOUS_REFERENCE (42702), naming what was written and where.
 */
export function resolveColumn(node: ColumnReference, environment: Environment): Expression {
  const written = node.parts.map((part) => part.text);
  for (let level = environment.scope; level !== null; level = level.parent) {
    const match = matchLevel(level, node.parts);
    if (!match) continue;
    const [value, ...others] = match.candidates;
    if (match.fields.length > 0 && !match.candidates.some(mayHaveFields)) continue;
    if (others.length > 0) throw ambiguousReference(node.at, written);
    const own = environment.statement.written(value!, node.at);
    return match.fields.reduce((operand, field) => resolveField(operand, field), own);
  }
  throw unresolvedColumn(node.at, written);
}

/** `operand.field`: of a struct its field, of a map the value of that key. */
export function resolveField(operand: Expression, field: Identifier): Expression {
  const { type } = operand;
  if (type.kind === "struct") return structField(operand, field.text, field.at);
  if (type.kind === "map") return bindCall("subscript", [operand, stringLiteral(field.text)], field.at);
  if (type.kind === "array") {
    throw unsupportedFault(field.at, "A field of an array's elements", "Write transform(items, item -> item.field).");
  }
  throw mismatch(field.at, `\`${field.text}\` is no field: what stands before it is no struct.`);
}

/** @throws Fault FIELD_NOT_FOUND or AMBIGUOUS_REFERENCE. */
export function structField(operand: Expression, name: string, at: Position): Expression {
  if (operand.type.kind !== "struct") throw unresolvedField(at, name);
  const found = operand.type.fields.filter((field) => field.name.toLowerCase() === name.toLowerCase());
  const [field, ...others] = found;
  if (!field) throw unresolvedField(at, name);
  if (others.length > 0) throw ambiguousReference(at, [name]);
  return Object.freeze({ kind: "field", type: field.type, operand, field: field.name });
}
