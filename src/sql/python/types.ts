import type { TypeSyntax } from "../ast/type.ts";
import { unsupportedFault } from "../parse/fault.ts";
import { type DataType, spellType, typeOfSyntax, typeOfText } from "../types/mod.ts";

/** How a value of a type is carried to Python and back: as text, or null. The names are those of `caller.py`. */
export type Carried = "STRING" | "BOOLEAN" | "INT" | "BIGINT" | "DOUBLE" | "DECIMAL" | "DATE" | "TIMESTAMP" | "BINARY";

/** A type that Python takes and gives. `precision` and `scale` are those of a DECIMAL, else 0. */
export interface PythonType {
  readonly carried: Carried;
  readonly precision: number;
  readonly scale: number;
}

const simple: ReadonlySet<string> = new Set<Carried>([
  "STRING",
  "BOOLEAN",
  "INT",
  "BIGINT",
  "DOUBLE",
  "DATE",
  "TIMESTAMP",
  "BINARY",
]);

/** @throws Fault UNSUPPORTED_FEATURE naming a type that Python functions do not have, at its place in the text. */
export function refuseForeignType(syntax: TypeSyntax): void {
  const type = typeOfSyntax(syntax);
  if (carriedBy(type)) return;
  throw unsupportedFault(
    syntax.at,
    `The type ${spellType(type)} in a Python function`,
    "Use STRING, BOOLEAN, INT, BIGINT, DOUBLE, DECIMAL, DATE, TIMESTAMP or BINARY.",
  );
}

/** A type by its text in the metastore. */
export function pythonType(text: string): PythonType {
  const found = carriedBy(typeOfText(text));
  if (!found) throw new TypeError(`a Python function of type ${text}`);
  return found;
}

function carriedBy(type: DataType): PythonType | undefined {
  if (type.kind === "decimal") return { carried: "DECIMAL", precision: type.precision, scale: type.scale };
  if (type.kind !== "simple" || !simple.has(type.name)) return undefined;
  return { carried: type.name as Carried, precision: 0, scale: 0 };
}
