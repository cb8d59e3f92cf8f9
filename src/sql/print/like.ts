import type { Call } from "../resolve/resolved.ts";

const words: Readonly<Record<string, string>> = { like: "LIKE", ilike: "ILIKE" };

/**
 * A match of a constant pattern in which nothing is escaped, or undefined: without ESCAPE the engine knows the patterns that are a text
 * with signs at its ends, and looks for that text alone.
 */
export function printPlainMatch(
  { function: row, arguments: [, pattern, mark] }: Call,
  [value, text]: readonly string[],
): string | undefined {
  const word = row.kind === "operator" ? words[row.name] : undefined;
  if (word === undefined || mark !== undefined || pattern?.kind !== "literal") return undefined;
  return typeof pattern.value === "string" && !pattern.value.includes("\\") ? `(${value} ${word} ${text})` : undefined;
}
