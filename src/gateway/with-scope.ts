import type { Who } from "#kernel/mod.ts";
import type { Scope } from "#wire/scopes.ts";

/**
 * Who asks, holding the scope of what is looked at for them and no other: what a service stands on is none of its caller's surfaces. An actor
 * still reaches nothing that it did not declare, unless the service's owner lends it.
 */
export function withScope({ only: _, actor, ...who }: Who, scope: Scope): Who {
  return { ...who, ...(actor && { actor: { ...actor, scopes: [scope] } }), scopes: [scope] };
}
