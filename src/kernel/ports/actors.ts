import type { Scope } from "#wire/scopes.ts";
import type { Actor, Principal, Who } from "../who.ts";
import type { Transaction } from "./transaction.ts";

/** Agents and apps as identity needs them: who a token's actor is, with what it declared. Implemented by agents. */
export interface ActorSource {
  /** The actor of this kind and name; undefined when there is none any more, which ends its tokens. */
  find(kind: Actor["kind"], name: string): Promise<Actor | undefined>;
}

/** Mints what an agent may carry while it acts for somebody. Implemented by identity. */
export interface OnBehalfOf {
  /** A token of `who`, bound to `actor`, no wider than `scopes`; it dies with the token it came from or sooner. */
  mintOnBehalfOf(input: {
    readonly who: Who;
    readonly actor: Actor;
    readonly scopes: readonly Scope[];
  }): Promise<{ readonly token: string; readonly expires_at_ms: number }>;
}

/** The service principals that agents act as when they act as themselves. Implemented by identity. */
export interface AgentPrincipals {
  /** Makes one within the transaction that makes its agent. */
  registerIn(transaction: Transaction, display_name: string): Promise<Principal>;
  /** A token of the actor's own principal, bound to the actor. @throws Fault INVALID_STATE when it has no principal of its own. */
  mintAsItself(actor: Actor): Promise<{ readonly token: string; readonly expires_at_ms: number }>;
  /** Who a principal is now, with these scopes, for what the server does in its name; undefined when it is gone or not active. */
  whoIs(principal: Principal, scopes: readonly Scope[]): Promise<Who | undefined>;
}
