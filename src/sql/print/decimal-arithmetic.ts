import type { Call } from "../resolve/resolved.ts";
import { decimal, spellEngineType } from "../types/mod.ts";

/** The engine reckons decimals of so many digits in 64 bits, and fails when the result of two such has more. */
const NARROW_DIGITS = 18;

const WIDENING: ReadonlySet<string> = new Set(["+", "-", "*"]);

/** Arguments of arithmetic on two narrow decimals whose result may not be narrow: the first as a wide one, so that it is reckoned in 128 bits. */
export function withRoom({ function: row, arguments: given, type }: Call, texts: readonly string[]): readonly string[] {
  const [a, b] = given.map((one) => one.type);
  if (row.kind !== "operator" || !WIDENING.has(row.name) || a?.kind !== "decimal" || b?.kind !== "decimal")
    return texts;
  const isNarrow = a.precision <= NARROW_DIGITS && b.precision <= NARROW_DIGITS;
  if (!isNarrow || type.kind !== "decimal" || type.precision <= NARROW_DIGITS) return texts;
  const wide = decimal(NARROW_DIGITS + 1, a.scale);
  return [`CAST(${texts[0]} AS ${spellEngineType(wide)})`, ...texts.slice(1)];
}
