import { intersection, opens, type Scope } from "#wire/scopes.ts";
import type { Action } from "./actions.ts";
import type { What } from "./what.ts";

/** The one a decision is about. `name` is what grants are written to: a user's e-mail or a service principal's application id. */
export interface Principal {
  readonly kind: "user" | "service_principal";
  readonly id: string;
  readonly name: string;
}

/**
 * The agent or app that acts for the subject. It narrows what the subject may do to its declared scopes and resources;
 * its own grants never count while it acts for somebody else, and when it acts as itself it is narrowed likewise.
 */
export interface Actor {
  readonly kind: "agent" | "app";
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** What it reaches, and nothing else. */
  readonly resources: readonly What[];
  /** Its own principal, and what it reaches when it acts as that; absent of one that has none. */
  readonly own?: { readonly principal: Principal; readonly resources: readonly What[] };
  /** It acts as itself here: the subject is its own principal, whose grants count for what it declared for itself. */
  readonly itself?: true;
}

/** The actor as it is when it acts as itself; undefined of one that has no principal of its own. */
export function asItself(actor: Actor): (Actor & Required<Pick<Actor, "own" | "itself">>) | undefined {
  const { own } = actor;
  return own && { ...actor, own, resources: own.resources, itself: true };
}

/** One thing that a token was asked for: an action on one securable, by its name or id. */
export interface Restriction {
  readonly action: Action;
  readonly what: What;
}

/** Who asks: built by authentication alone, from a verified token and the present state of the directory. */
export interface Who {
  readonly subject: Principal;
  readonly actor?: Actor;
  /** Names of all groups, transitively, `account users` included. */
  readonly groups: readonly string[];
  /** The token's scopes; never empty for a token that may do anything. */
  readonly scopes: readonly Scope[];
  readonly workspace: string;
  /** The OAuth client that obtained the token, when there was one. */
  readonly client?: string;
  /** What the operator calls the identity provider whose own token this is; absent for tokens of this server. */
  readonly issuer?: string;
  /** The token was asked for these alone (RFC 9396); absent for one that is good for all that its scopes open. */
  readonly only?: readonly Restriction[];
  /** When the token ends; absent for one that does not. Nothing minted for this caller may outlive it. */
  readonly expires_at_ms?: number;
}

/** Every user and service principal is in it, by definition of the account. */
export const EVERYONE = "account users";

/** Its members administer the account and own the metastore. */
export const ADMINS = "admins";

/** The names under which grants may reach this subject. */
export function namesOf(who: Pick<Who, "subject" | "groups">): ReadonlySet<string> {
  return new Set([who.subject.name, ...who.groups]);
}

/** The scopes in force: the token's, and of those only what the actor declared. Scopes shrink along a chain, never grow. */
export function scopesOf(who: Who): readonly Scope[] {
  if (!who.actor) return who.scopes;
  return intersection(who.scopes, who.actor.scopes);
}

/** True when a scope in force opens a surface that asks for one of `wanted`. */
export function hasScope(who: Who, wanted: readonly Scope[]): boolean {
  const inForce = scopesOf(who);
  return wanted.some((scope) => inForce.some((held) => opens(held, scope)));
}
