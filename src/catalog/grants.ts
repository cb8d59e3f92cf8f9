import {
  type Action,
  assertPermit,
  decide,
  type Facts,
  type Grant,
  type Metastore,
  namesOf,
  type Permit,
  spoken,
  type What,
} from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { Privilege } from "#wire/privileges.ts";
import { assertPrincipal, changeUnder, present, stamp } from "./changing.ts";
import { missing } from "./faults.ts";
import { grantableOn, isGrantableOn } from "./grantable.ts";
import { GRANT_CHANGES_MAX } from "./limits.ts";
import type { CatalogPorts } from "./ports.ts";

/** A privilege that holds on a securable, with the parent it was granted on unless that is the securable itself. */
export interface EffectiveGrant {
  readonly principal: string;
  readonly privileges: readonly { readonly privilege: Privilege; readonly from?: What }[];
}

/** Grants of the metastore's securables. Whoever cannot change them sees only those that reach themselves. */
export interface Grants extends Pick<Metastore, "changeGrants" | "grants"> {
  /** All grants, for whoever just changed them, also when they took away their own right to read them. */
  changed(permit: Permit<"grants.update">): Promise<readonly Grant[]>;
  effective(permit: Permit<"grants.read">): Promise<readonly EffectiveGrant[]>;
}

export function grants(ports: CatalogPorts): Grants {
  const { stores } = ports;
  const factsOf = async (permit: Permit<Action>): Promise<Facts> => {
    const [facts] = await ports.facts.load([permit.what]);
    if (!facts?.found) throw missing(permit.what);
    return facts;
  };
  return {
    changeGrants: async (permit, changes) => {
      assertPermit(permit, "grants.update");
      if (changes.length > GRANT_CHANGES_MAX)
        throw new Fault("INVALID_PARAMETER_VALUE", `${GRANT_CHANGES_MAX} changes of grants at most in one request.`);
      for (const { principal, add, remove } of changes) {
        for (const privilege of [...add, ...remove]) assertGrantable(privilege, permit.what);
        // A principal that is gone loses its grants like any other; it gains none.
        if (add.length > 0) await assertPrincipal(ports, principal);
      }
      await changeUnder(ports, permit, async (transaction) => {
        const { id } = await present(ports, permit, transaction);
        const { by: name, at } = stamp(ports, permit);
        for (const { principal, add, remove } of changes) {
          await stores.grants.remove(transaction, id, principal, remove);
          await stores.grants.add(transaction, id, principal, add, { name, at });
        }
      });
    },

    grants: async (permit) => {
      assertPermit(permit, "grants.read");
      const facts = await factsOf(permit);
      return visibleTo(permit, facts, facts.chain[0]?.grants ?? []);
    },

    changed: async (permit) => {
      assertPermit(permit, "grants.update");
      return (await factsOf(permit)).chain[0]?.grants ?? [];
    },

    effective: async (permit) => {
      assertPermit(permit, "grants.read");
      const facts = await factsOf(permit);
      const found = facts.chain.flatMap((one, depth) => {
        if (depth > 0 && one.what.type === "METASTORE") return [];
        return one.grants.map(({ principal, privileges }) => ({
          principal,
          privileges: privileges
            .filter((privilege) => isGrantableOn(privilege, permit.what.type))
            .map((privilege) => (depth > 0 ? { privilege, from: one.what } : { privilege })),
        }));
      });
      const merged = Map.groupBy(visibleTo(permit, facts, found), (one) => one.principal);
      return [...merged]
        .map(([principal, parts]) => ({ principal, privileges: parts.flatMap((one) => one.privileges) }))
        .filter((one) => one.privileges.length > 0);
    },
  };
}

function visibleTo<G extends { readonly principal: string }>(
  permit: Permit<"grants.read">,
  facts: Facts,
  all: readonly G[],
): readonly G[] {
  const { who, what, doorway } = permit;
  if (decide({ who, action: "grants.update", what, door: doorway.door }, facts).effect === "permit") return all;
  const names = namesOf(who);
  return all.filter((one) => names.has(one.principal));
}

function assertGrantable(privilege: Privilege, what: What): void {
  if (isGrantableOn(privilege, what.type)) return;
  throw new Fault(
    "INVALID_PARAMETER_VALUE",
    `Privilege ${privilege} is not applicable to ${spoken(what)}. Applicable: ${grantableOn(what.type).join(", ")}.`,
  );
}
