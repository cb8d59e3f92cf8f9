import type { Facts } from "./facts.ts";
import type { Method } from "./method.ts";
import { same, spoken, type What } from "./what.ts";
import type { Actor, Principal } from "./who.ts";

/** Which identity was used for one decision, and why. */
export interface UsedIdentity {
  /** `user`, `service_principal`: the caller's own, nobody between. `none`: nobody was proven to ask. */
  readonly method: Method | "user" | "service_principal" | "none";
  readonly because: string;
}

/** What the answer rests on. */
interface Asked {
  readonly subject?: Principal | undefined;
  /** The identity provider whose own token the caller sent. */
  readonly issuer?: string | undefined;
  readonly actor?: (Pick<Actor, "kind" | "name" | "itself"> & Partial<Pick<Actor, "resources">>) | undefined;
  /** The securable with what is above it; absent where a list of them is decided on. */
  readonly facts?: Facts;
  /** What lent access to it, so that it need not be declared. */
  readonly lender?: What | undefined;
  /** A credential is read that somebody stored; what for. */
  readonly manual?: string | undefined;
}

/** Which identity a decision used, and why. Pure; names only. */
export function identityOf(asked: Asked): UsedIdentity {
  const { subject, actor, manual } = asked;
  if (manual !== undefined) return { method: "manual", because: manual };
  if (!subject) return { method: "none", because: "nobody was proven to ask" };
  if (!actor) {
    const credential = asked.issuer === undefined ? "credential" : `token of the trusted issuer '${asked.issuer}'`;
    return { method: subject.kind, because: `the caller's own ${credential}, with nobody in between` };
  }
  const named = `the ${actor.kind} '${actor.name}'`;
  if (actor.itself)
    return {
      method: "automatic_passthrough",
      because: `${named} acts as itself${declaredAs(asked, "answers everybody alike")}`,
    };
  return { method: "on_behalf_of", because: `${named} acts for who asks${declaredAs(asked, "answers by who asks")}` };
}

function declaredAs({ actor, facts, lender }: Asked, how: string): string {
  if (lender) return `: ${spoken(lender)}, which it reached, lends this`;
  const declared = facts?.chain.find((one) => actor?.resources?.some((each) => same(each, one.what)));
  return declared ? `: it declared that ${spoken(declared.what)} ${how}` : "";
}
