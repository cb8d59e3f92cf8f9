import type { Actor } from "#kernel/mod.ts";

/** Agents and apps that act for people, as they are declared now. Implemented by their owner, wired at boot. */
export interface ActorSource {
  /** Undefined once the actor is gone: tokens that name it are refused from then on. */
  find(kind: Actor["kind"], name: string): Promise<Actor | undefined>;
}
