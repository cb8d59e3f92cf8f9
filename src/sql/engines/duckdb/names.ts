import { Fault } from "#wire/errors.ts";

const PHYSICAL = /^[a-z][a-z0-9_]{0,62}$/;

/** A physical schema, table or field name, checked: ours are lower-case words, so that they read the same however quoted. */
export function physical(name: string): string {
  if (!PHYSICAL.test(name))
    throw new Fault("INTERNAL_ERROR", "A physical name is malformed.", { internal: `physical name ${name}` });
  return `"${name}"`;
}

/** A quoted identifier. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
