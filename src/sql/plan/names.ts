import { Fault } from "#wire/errors.ts";
import { dottedName, type Name } from "../ast/name.ts";
import type { Position } from "../ast/position.ts";

/** Catalog and schema in which names with fewer parts resolve. */
export interface CurrentNames {
  readonly catalog: string;
  readonly schema: string;
}

/** Where names resolve when a request names neither, as on Databricks. */
export const DEFAULT_NAMES: CurrentNames = Object.freeze({ catalog: "main", schema: "default" });

/** The full name of a table, view or function: missing parts are the current ones. */
export function objectName(name: Name, current: CurrentNames): string {
  const dotted = dottedName(name);
  if (name.parts.length === 3) return dotted;
  if (name.parts.length === 2) return `${current.catalog}.${dotted}`;
  return `${current.catalog}.${current.schema}.${dotted}`;
}

/** The full name of a schema; null means the current one. */
export function schemaName(name: Name | null, current: CurrentNames): string {
  if (!name) return `${current.catalog}.${current.schema}`;
  expectParts(name, 2, "a schema");
  return name.parts.length === 2 ? dottedName(name) : `${current.catalog}.${dottedName(name)}`;
}

/** The name of a catalog; null means the current one. */
export function catalogName(name: Name | null, current: CurrentNames): string {
  if (!name) return current.catalog;
  expectParts(name, 1, "a catalog");
  return dottedName(name);
}

/** The last part of a name and the full name of what holds it, for something about to be made. */
export function splitName(fullName: string): { readonly parent: string; readonly last: string } {
  const dot = fullName.lastIndexOf(".");
  return { parent: fullName.slice(0, dot), last: fullName.slice(dot + 1) };
}

/** A fault about one place in the statement text. */
export function faultAt(at: Position, message: string, reason?: string, sqlstate?: string): Fault {
  const said = reason ? `[${reason}] ${message}` : message;
  return new Fault("BAD_REQUEST", `${said} (line ${at.line}, column ${at.column}).`, {
    position: { line: at.line, column: at.column },
    ...(reason && { reason }),
    ...(sqlstate && { sqlstate }),
  });
}

function expectParts(name: Name, parts_max: number, what: string): void {
  if (name.parts.length <= parts_max) return;
  throw faultAt(
    name.at,
    `'${dottedName(name)}' has too many parts for ${what}`,
    "REQUIRES_SINGLE_PART_NAMESPACE",
    "42K05",
  );
}
