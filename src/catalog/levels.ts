import { ADMINS, assertPermit, decide, namesOf, type Permit, spoken } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { Privilege } from "#wire/privileges.ts";
import { changeUnder, present, stamp } from "./changing.ts";
import { missing } from "./faults.ts";
import { isGrantableOn } from "./grantable.ts";
import type { CatalogPorts, PrincipalKind } from "./ports.ts";

/** What one principal may do with a warehouse or serving endpoint. */
export interface AccessEntry {
  readonly principal: string;
  readonly kind: PrincipalKind;
  readonly levels: readonly Privilege[];
  readonly isOwner: boolean;
  /** The level comes from the workspace. */
  readonly isInherited: boolean;
}

/** The permission levels of one warehouse or endpoint. */
export interface ObjectAccess {
  readonly id: string;
  readonly entries: readonly AccessEntry[];
}

export interface LevelChange {
  readonly principal: string;
  readonly kind: PrincipalKind;
  readonly level: Privilege;
}

type Updating = Permit<"permissions.update">;

/** Permission levels of the workspace's objects. Whoever cannot change them sees only those that reach themselves. */
export interface Levels {
  get(permit: Permit<"permissions.read"> | Updating): Promise<ObjectAccess>;
  /** Each principal named gets this level instead of the one it had. */
  update(permit: Updating, changes: readonly LevelChange[]): Promise<void>;
  /** As update, and all other principals lose theirs. */
  replace(permit: Updating, changes: readonly LevelChange[]): Promise<void>;
}

export function levels(ports: CatalogPorts): Levels {
  const { stores } = ports;
  const write = async (permit: Updating, changes: readonly LevelChange[], clears: boolean): Promise<void> => {
    assertPermit(permit, "permissions.update");
    for (const change of changes) await assertChange(ports, permit, change);
    await changeUnder(ports, permit, async (transaction) => {
      const { id } = await present(ports, permit, transaction);
      const { by: name, at } = stamp(ports, permit);
      if (clears) await stores.grants.clear(transaction, id);
      for (const { principal } of changes) await stores.grants.clear(transaction, id, principal);
      for (const { principal, level } of changes)
        await stores.grants.add(transaction, id, principal, [level], { name, at });
    });
  };
  return {
    get: (permit) => read(ports, permit),
    update: (permit, changes) => write(permit, changes, false),
    replace: (permit, changes) => write(permit, changes, true),
  };
}

async function read(ports: CatalogPorts, permit: Permit<"permissions.read"> | Updating): Promise<ObjectAccess> {
  if (permit.action === "permissions.read") assertPermit(permit, "permissions.read");
  else assertPermit(permit, "permissions.update");
  const { who, what, doorway } = permit;
  const [facts] = await ports.facts.load([what]);
  const [self] = facts?.chain ?? [];
  if (!facts?.found || !self) throw missing(what);
  const { id } = await present(ports, permit);
  const own = { principal: self.owner, levels: [], isOwner: true, isInherited: false };
  const granted = self.grants.map(({ principal, privileges }) => ({
    principal,
    levels: privileges,
    isOwner: false,
    isInherited: false,
  }));
  const admins = { principal: ADMINS, levels: ["CAN_MANAGE" as const], isOwner: false, isInherited: true };
  const all = [own, ...granted, admins];
  const manages = decide({ who, action: "permissions.update", what, door: doorway.door }, facts).effect === "permit";
  const names = namesOf(who);
  const seen = manages ? all : all.filter((one) => names.has(one.principal));
  const kinds = await Promise.all(seen.map((one) => ports.principals.kindOf(one.principal)));
  // A grant to a principal that is gone reaches nobody: it is not shown.
  return { id, entries: seen.flatMap((one, i) => (kinds[i] ? [{ ...one, kind: kinds[i] }] : [])) };
}

async function assertChange(ports: CatalogPorts, permit: Updating, change: LevelChange): Promise<void> {
  if (!isGrantableOn(change.level, permit.what.type))
    throw new Fault("INVALID_PARAMETER_VALUE", `${change.level} is not a permission level of ${spoken(permit.what)}.`);
  if ((await ports.principals.kindOf(change.principal)) !== change.kind)
    throw new Fault(
      "RESOURCE_DOES_NOT_EXIST",
      `There is no ${change.kind.replaceAll("_", " ")} named '${change.principal}'.`,
    );
}
