import type { Privilege } from "#wire/privileges.ts";
import { type Action, actions, type Need } from "./actions.ts";
import { contains, inheritsFrom } from "./decide.ts";
import type { Facts, SecurableFacts } from "./facts.ts";
import type { Obligation } from "./obligations.ts";
import type { What } from "./what.ts";

/** What one part of a decision rests on: a grant, or the ownership of the securable or a parent. */
export interface Basis {
  /** Null for ownership. */
  readonly privilege: Privilege | null;
  /** Who holds it: the one decided about, or a group. */
  readonly principal: string;
  readonly on: What;
}

/** What lets these names pass: one basis for each USE on the way, then that of the action itself. Empty for a denial. */
export function basisOf(action: Action, facts: Facts, names: ReadonlySet<string>): readonly Basis[] {
  const rule = actions[action];
  const own = needed(rule.needs, facts, names);
  if (!own) return [];
  const path = rule.path ? facts.chain.flatMap((one, i) => used(one, facts.chain.slice(i), names) ?? []) : [];
  return [...path.toReversed(), own];
}

/** Where a policy among the obligations on these facts comes from: the table itself, or the parent that it is defined on. */
export function sourceOf(obligation: Obligation, { what, policies, attributes }: Facts): What {
  if (policies.includes(obligation)) return what;
  return attributes?.policies.find((one) => one.name === obligation.policy)?.on ?? what;
}

function needed(need: Need, facts: Facts, names: ReadonlySet<string>): Basis | undefined {
  if ("any" in need) {
    for (const each of need.any) {
      const found = needed(each, facts, names);
      if (found) return found;
    }
    return undefined;
  }
  if ("owner" in need) return owned(facts.chain, names);
  if (!("privilege" in need)) return undefined;
  const reaching = facts.chain.filter((one) => inheritsFrom(one, facts));
  return granted(reaching, names, need.privilege);
}

function used(one: SecurableFacts, above: readonly SecurableFacts[], names: ReadonlySet<string>): Basis | undefined {
  if (one.what.type !== "CATALOG" && one.what.type !== "SCHEMA") return undefined;
  return owned(above, names) ?? granted(above, names, one.what.type === "CATALOG" ? "USE_CATALOG" : "USE_SCHEMA");
}

function owned(chain: readonly SecurableFacts[], names: ReadonlySet<string>): Basis | undefined {
  const owner = chain.find((one) => names.has(one.owner));
  return owner && { privilege: null, principal: owner.owner, on: owner.what };
}

function granted(chain: readonly SecurableFacts[], names: ReadonlySet<string>, wanted: Privilege): Basis | undefined {
  for (const { what, grants } of chain)
    for (const { principal, privileges } of grants) {
      const privilege = names.has(principal) ? privileges.find((held) => contains(held, wanted)) : undefined;
      if (privilege) return { privilege, principal, on: what };
    }
  return undefined;
}
