import type { Privilege } from "#wire/privileges.ts";
import type { Position } from "./position.ts";
import type { Principal, SecurableReference } from "./securable.ts";

export interface Grant {
  readonly kind: "grant";
  readonly at: Position;
  readonly privileges: readonly Privilege[];
  readonly target: SecurableReference;
  readonly principal: Principal;
}

export interface Revoke {
  readonly kind: "revoke";
  readonly at: Position;
  readonly privileges: readonly Privilege[];
  readonly target: SecurableReference;
  readonly principal: Principal;
}

/** `SHOW GRANTS [principal] ON target`. */
export interface ShowGrants {
  readonly kind: "show_grants";
  readonly at: Position;
  readonly target: SecurableReference;
  readonly principal: Principal | null;
}
