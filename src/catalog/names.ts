import { Fault } from "#wire/errors.ts";
import { COLUMNS_MAX, COMMENT_BYTES_MAX, NAME_BYTES_MAX } from "./limits.ts";

/** Catalogs and schemas with these names are the server's own. */
export const SYSTEM_CATALOG = "system";
const reserved: ReadonlySet<string> = new Set([SYSTEM_CATALOG, "information_schema"]);

/** Databricks docs, "Names": no space, dot, slash, control character or DELETE, 255 at most. A space is allowed here within quotes. */
const REFUSED_CHARACTERS = /[./\\\p{C}]/u;

/**
 * One part of an object's name, in the lower case that the metastore keeps.
 * @throws Fault INVALID_PARAMETER_VALUE
 */
export function namePart(word: string, name: string): string {
  const lower = name.toLowerCase();
  if (lower === "" || lower !== lower.trim() || REFUSED_CHARACTERS.test(lower) || bytesOf(lower) > NAME_BYTES_MAX) {
    throw new Fault(
      "INVALID_PARAMETER_VALUE",
      `'${shown(name)}' cannot name a ${word}: 1 to ${NAME_BYTES_MAX} bytes, no dot, slash or control character, no space at its ends.`,
    );
  }
  return lower;
}

/** A catalog's or schema's name, which may not be one of the server's own. @throws Fault INVALID_PARAMETER_VALUE */
export function containerName(word: string, name: string): string {
  const lower = namePart(word, name);
  if (reserved.has(lower)) throw new Fault("INVALID_PARAMETER_VALUE", `The name '${lower}' is reserved by the server.`);
  return lower;
}

/** @throws Fault INVALID_PARAMETER_VALUE when two columns differ in case at most, one has no name, or there are too many. */
export function assertColumns(columns: readonly { readonly name: string }[]): void {
  if (columns.length > COLUMNS_MAX)
    throw new Fault("INVALID_PARAMETER_VALUE", `A table has ${COLUMNS_MAX} columns at most, not ${columns.length}.`);
  const seen = new Set<string>();
  for (const { name } of columns) {
    const lower = name.toLowerCase();
    if (name === "" || /\p{C}/u.test(name) || bytesOf(name) > NAME_BYTES_MAX)
      throw new Fault("INVALID_PARAMETER_VALUE", `'${shown(name)}' cannot name a column.`);
    if (seen.has(lower)) throw new Fault("INVALID_PARAMETER_VALUE", `Column '${name}' is there twice.`);
    seen.add(lower);
  }
}

/** @throws Fault INVALID_PARAMETER_VALUE when it is too long, or holds what Postgres cannot. */
export function assertComment(comment: string | undefined): void {
  if (comment === undefined) return;
  if (bytesOf(comment) > COMMENT_BYTES_MAX || comment.includes("\0"))
    throw new Fault("INVALID_PARAMETER_VALUE", `A comment has ${COMMENT_BYTES_MAX} bytes at most, and no NUL.`);
}

const bytesOf = (text: string): number => Buffer.byteLength(text, "utf8");

/** A refused name as a message may repeat it: without control characters, and not at any length. */
const shown = (name: string): string => name.replaceAll(/\p{C}/gu, "?").slice(0, 64);
