import type { Clock } from "#base/clock.ts";
import { ON_BEHALF_OF_TOKEN_SECONDS } from "#base/limits.ts";
import { type Actor, scopesOf, type Who } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { intersection, type Scope } from "#wire/scopes.ts";
import type { AccessTokens } from "./access-tokens.ts";

export interface OnBehalfOfRequest {
  readonly who: Who;
  readonly actor: Actor;
  /** What the actor needs for this turn. */
  readonly scopes: readonly Scope[];
}

/** A caller whose token names no client, as a personal access token: the actor is the client then. */
const clientOf = ({ who, actor }: OnBehalfOfRequest): string => who.client ?? actor.name;

/**
 * A token for an actor that acts for the caller: the caller's scopes in force, of those the actor's declared ones, of those
 * the wanted ones; ending with the caller's own token at the latest. A token that is good for one call alone opens that call,
 * and the agent it reaches does what it declared. No grant of the token endpoint takes it as a subject token.
 * @throws Fault PERMISSION_DENIED when another actor acts for the caller already, or this one acts as itself, or no scope is
 *   left; UNAUTHENTICATED when the caller's own token has ended.
 */
export async function mintOnBehalfOf(
  { accessTokens, clock }: { readonly accessTokens: AccessTokens; readonly clock: Clock },
  request: OnBehalfOfRequest,
): Promise<{ readonly token: string; readonly expires_at_ms: number }> {
  const { who, actor } = request;
  if (who.actor && (who.actor.kind !== actor.kind || who.actor.name !== actor.name)) {
    throw new Fault(
      "PERMISSION_DENIED",
      `The ${who.actor.kind} '${who.actor.name}' acts for this caller already; '${actor.name}' cannot act on top of it. Call '${actor.name}' with the caller's own token.`,
    );
  }
  // Otherwise its own grants would count for what it declared on behalf of others.
  if (who.actor?.itself) {
    throw new Fault(
      "PERMISSION_DENIED",
      `The ${actor.kind} '${actor.name}' acts as itself here, so there is nobody for it to act for.`,
    );
  }
  const scopes = intersection(intersection(scopesOf(who), actor.scopes), request.scopes);
  if (scopes.length === 0) {
    throw new Fault(
      "PERMISSION_DENIED",
      `The caller's token has none of the scopes that the ${actor.kind} '${actor.name}' may use. Get a token with one of: ${actor.scopes.join(", ")}.`,
    );
  }
  const now_s = Math.floor(clock.now_ms() / 1000);
  const parent_s = who.expires_at_ms === undefined ? Number.POSITIVE_INFINITY : Math.floor(who.expires_at_ms / 1000);
  const expires_at_s = Math.min(now_s + ON_BEHALF_OF_TOKEN_SECONDS, parent_s);
  if (expires_at_s <= now_s) throw new Fault("UNAUTHENTICATED", "The caller's token has ended. Get a new one.");
  const terms = { subject: who.subject, client: clientOf(request), scopes, actor, expires_at_s };
  return { token: await accessTokens.sign(terms), expires_at_ms: expires_at_s * 1000 };
}
