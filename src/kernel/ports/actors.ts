import type { Scope } from "#wire/scopes.ts";
import type { Actor, Who } from "../who.ts";

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
