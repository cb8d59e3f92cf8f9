import type { Privilege } from "#wire/privileges.ts";
import type { AttributeFacts } from "./attributes.ts";
import type { Obligation } from "./obligations.ts";
import type { What } from "./what.ts";
import type { Actor } from "./who.ts";

export interface Grant {
  readonly principal: string;
  readonly privileges: readonly Privilege[];
}

/** An existing securable: its owner (a principal's or group's name) and the grants made on it, not those inherited. */
export interface SecurableFacts {
  readonly what: What;
  /** What else it is known by, of those that have an id beside their name. */
  readonly id?: string;
  readonly owner: string;
  readonly grants: readonly Grant[];
  /** The actor that made it on the owner's behalf, of what an actor can make. */
  readonly made_by?: Pick<Actor, "kind" | "name">;
}

/**
 * All that a decision about one securable rests on, loaded together at one governance version.
 * `chain` holds the securable, when it exists, and its existing parents, nearest first.
 */
export interface Facts {
  readonly what: What;
  readonly found: boolean;
  readonly chain: readonly SecurableFacts[];
  /** Row filter and column masks attached to the securable. */
  readonly policies: readonly Obligation[];
  /** Policies of its parents and its own that go by tags; absent where there are none. */
  readonly attributes?: AttributeFacts;
  readonly version: number;
}
