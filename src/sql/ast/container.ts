import type { Name } from "./name.ts";
import type { Position } from "./position.ts";
import type { Principal, SecurableReference } from "./securable.ts";

export interface CreateCatalog {
  readonly kind: "create_catalog";
  readonly at: Position;
  readonly name: Name;
  readonly if_not_exists: boolean;
  readonly comment: string | null;
}

export interface CreateSchema {
  readonly kind: "create_schema";
  readonly at: Position;
  readonly name: Name;
  readonly if_not_exists: boolean;
  readonly comment: string | null;
}

/** `DROP {CATALOG | SCHEMA | TABLE | VIEW | FUNCTION} [IF EXISTS] name [CASCADE | RESTRICT]`; the target is named. */
export interface Drop {
  readonly kind: "drop";
  readonly at: Position;
  readonly target: SecurableReference;
  readonly if_exists: boolean;
  readonly cascade: boolean;
}

/** `ALTER {CATALOG | SCHEMA | TABLE | VIEW | FUNCTION} name [SET] OWNER TO principal`; the target is named. */
export interface ChangeOwner {
  readonly kind: "change_owner";
  readonly at: Position;
  readonly target: SecurableReference;
  readonly owner: Principal;
}

export interface UseCatalog {
  readonly kind: "use_catalog";
  readonly at: Position;
  readonly name: Name;
}

/** `USE [SCHEMA] [catalog.]schema`. */
export interface UseSchema {
  readonly kind: "use_schema";
  readonly at: Position;
  readonly name: Name;
}
