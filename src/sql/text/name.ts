import type { Identifier, Name } from "../ast/name.ts";

/** An identifier, in back-ticks when it was written so or needs them. */
export function printIdentifier(identifier: Identifier): string {
  const isPlain = !identifier.quoted && /^[A-Za-z_][A-Za-z0-9_]*$/.test(identifier.text);
  return isPlain ? identifier.text : `\`${identifier.text.replaceAll("`", "``")}\``;
}

/** A name's parts joined by dots. */
export function printName(name: Name): string {
  return name.parts.map(printIdentifier).join(".");
}

/** `(a, b)` with a space before it, or nothing for none. */
export function printColumnList(columns: readonly Identifier[]): string {
  return columns.length === 0 ? "" : ` (${columns.map(printIdentifier).join(", ")})`;
}
