import type { SecurableType } from "#wire/securables.ts";
import type { Identifier, Name } from "./name.ts";
import type { Position } from "./position.ts";

/**
 * What GRANT, SHOW GRANTS, DROP, ALTER and DESCRIBE name. `word` is the kind as written (DATABASE is read as SCHEMA), so that a
 * VIEW named as a TABLE can be refused; `type` is the kind rights are held on. `name` is null for METASTORE, and for
 * `ON CATALOG` and `ON SCHEMA` alone, which mean the current one.
 */
export interface SecurableReference {
  readonly kind: "securable";
  readonly at: Position;
  readonly word: "METASTORE" | "CATALOG" | "SCHEMA" | "TABLE" | "VIEW" | "FUNCTION";
  readonly type: Extract<SecurableType, "METASTORE" | "CATALOG" | "SCHEMA" | "TABLE" | "FUNCTION">;
  readonly name: Name | null;
}

/** A user, service principal or group, by the name grants are held under; `text` is exact, case kept. */
export type Principal = Identifier;
