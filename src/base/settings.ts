/** Readers of an operator's settings. What is not known is an error, since a misspelt setting would be silently without effect. */

/** @throws Error that names the place when it is no mapping, or has a key that is not among `keys`. */
export function mapping(value: unknown, at: string, keys: readonly string[]): Readonly<Record<string, unknown>> {
  const found = anyMapping(value, at, keys.join(", "));
  const unknown = Object.keys(found).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw new Error(`${at} has '${unknown}', which is no setting; known: ${keys.join(", ")}`);
  return found;
}

/** A mapping whose keys are the operator's own. @throws Error that names the place. */
export function anyMapping(value: unknown, at: string, of: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${at} is a mapping with ${of}`);
  return value as Readonly<Record<string, unknown>>;
}

/** Nothing is an empty list. @throws Error that names the place. */
export function list(value: unknown, at: string, of: string): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Error(`${at} is a list of ${of}`);
  return value;
}

/** A text that may be missing, but not empty. @throws Error that names the place. */
export function text(value: unknown, at: string): string | undefined {
  if (value !== undefined && (typeof value !== "string" || value.trim() === "")) throw new Error(`${at} is a text`);
  return value;
}

/** @throws Error that names the place. */
export function neededText(value: unknown, at: string): string {
  const found = text(value, at);
  if (found === undefined) throw new Error(`${at} is missing`);
  return found;
}
