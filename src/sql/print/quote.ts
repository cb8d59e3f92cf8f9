import { Fault } from "#wire/errors.ts";

/** The engine ends a text at a NUL, so none may reach it. */
function refuseNul(text: string): string {
  if (text.includes("\0"))
    throw new Fault("BAD_REQUEST", "[UNSUPPORTED_FEATURE] A NUL character in a name or text is not supported.");
  return text;
}

/** A quoted identifier. */
export function quoteName(name: string): string {
  return `"${refuseNul(name).replaceAll('"', '""')}"`;
}

/** A string literal; DuckDB has no escapes in it but the doubled quote. */
export function quoteText(text: string): string {
  return `'${refuseNul(text).replaceAll("'", "''")}'`;
}

const PHYSICAL = /^[a-z][a-z0-9_]{0,62}$/;

/** A schema or table of the engine. @throws TypeError for a name that we did not make. */
export function physicalName(name: string): string {
  if (!PHYSICAL.test(name)) throw new TypeError("a physical name is malformed");
  return `"${name}"`;
}
