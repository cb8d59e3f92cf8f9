import type { TypeSyntax } from "../ast/type.ts";
import { unsupportedFault } from "../parse/fault.ts";
import { parseTypeText } from "../parse/mod.ts";
import { array, type DataType, decimal, interval, map, type SimpleType, struct } from "./type.ts";

/**
 * The type that syntax names. CHAR(n) and VARCHAR(n) are STRING, their length a rule of tables alone.
 * @throws Fault BAD_REQUEST with the position for VARIANT.
 */
export function typeOfSyntax(syntax: TypeSyntax): DataType {
  switch (syntax.kind) {
    case "simple_type":
      if (syntax.name === "VARIANT") throw unsupportedFault(syntax.at, "VARIANT", "Keep JSON as STRING.");
      return Object.freeze({ kind: "simple", name: syntax.name } satisfies SimpleType);
    case "decimal_type":
      return decimal(syntax.precision, syntax.scale);
    case "length_type":
      return Object.freeze({ kind: "simple", name: "STRING" });
    case "interval_type":
      return interval(syntax.from, syntax.to);
    case "array_type":
      return array(typeOfSyntax(syntax.element));
    case "map_type":
      return map(typeOfSyntax(syntax.key), typeOfSyntax(syntax.value));
    case "struct_type":
      return struct(syntax.fields.map((field) => ({ name: field.name.text, type: typeOfSyntax(field.type) })));
  }
}

/** Texts remembered: the types of columns are few, and are read for every statement. */
const TEXTS_MAX = 1_000;
const known = new Map<string, DataType>();

/** The type that a text such as `DECIMAL(10,2)` or `ARRAY<STRING>` names. @throws Fault BAD_REQUEST when it names none. */
export function typeOfText(text: string): DataType {
  const type = known.get(text) ?? typeOfSyntax(parseTypeText(text));
  if (known.size >= TEXTS_MAX) known.clear();
  known.set(text, type);
  return type;
}
