import type { Name } from "./name.ts";
import type { Position } from "./position.ts";
import type { SecurableReference } from "./securable.ts";

/**
 * `SHOW {CATALOGS | SCHEMAS | TABLES | VIEWS | FUNCTIONS} [{IN | FROM} scope] [[LIKE] pattern]` and `SHOW COLUMNS IN table`
 * (`scope` is the table then, and never null). `pattern` has `*` for any characters and `|` between alternatives.
 */
export interface ShowObjects {
  readonly kind: "show_objects";
  readonly at: Position;
  readonly objects: "CATALOGS" | "SCHEMAS" | "TABLES" | "VIEWS" | "COLUMNS" | "FUNCTIONS";
  readonly scope: Name | null;
  readonly pattern: string | null;
}

/** `DESCRIBE [TABLE | SCHEMA | CATALOG | FUNCTION] [EXTENDED] name`; the target is named, TABLE covers views. */
export interface Describe {
  readonly kind: "describe";
  readonly at: Position;
  readonly target: SecurableReference;
  readonly extended: boolean;
}
