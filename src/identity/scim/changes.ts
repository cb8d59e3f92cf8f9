import { EVERYONE, type NamedRights, type Transaction } from "#kernel/mod.ts";
import { checkName } from "../directory.ts";
import type { PrincipalKind } from "../store/directory.ts";
import type { Edge, MembershipStore } from "../store/membership.ts";
import type { PrincipalRecord, PrincipalStore } from "../store/principals.ts";
import { assertAdministered, checkDraft, refuseBuiltInChange } from "./checks.ts";
import type { Draft } from "./draft.ts";
import { scimFault } from "./faults.ts";
import type { Found } from "./render.ts";

export interface ChangePorts {
  readonly principals: PrincipalStore;
  readonly membership: MembershipStore;
  readonly rights: NamedRights;
}

/** The principal with its memberships; undefined when there is none of that kind and id. */
export async function find(
  { principals }: Pick<ChangePorts, "principals">,
  kind: PrincipalKind,
  id: string,
  transaction?: Transaction,
): Promise<Found | undefined> {
  const row = await principals.byId(kind, id, transaction);
  if (!row) return undefined;
  const [groups, members] = [
    await principals.groupsOf([row.id], transaction),
    kind === "group" ? await principals.membersOf([row.id], transaction) : [],
  ];
  return { row, groups, members };
}

/** What SCIM can change, as it is now. */
export function draftOf({ row, groups, members }: Found): Draft {
  const { id: _id, kind: _kind, name: _name, ...attributes } = row;
  return { ...attributes, members: members.map(({ id }) => id), groups: groups.map(({ id }) => id) };
}

/**
 * Makes the principal what `after` says, memberships included.
 * @throws Fault INVALID_PARAMETER_VALUE (a text, an unknown member, a cycle), RESOURCE_ALREADY_EXISTS (a group's new name),
 *   INVALID_STATE when nobody would be left to administer.
 */
export async function apply(
  ports: ChangePorts,
  transaction: Transaction,
  row: PrincipalRecord,
  before: Draft,
  after: Draft,
): Promise<void> {
  checkDraft(after);
  refuseBuiltInChange(row, before, after);
  const { members, groups, ...attributes } = after;
  const name = row.kind === "group" ? checkName(after.display_name) : row.name;
  if (name !== row.name) {
    await ports.principals.assertFree(transaction, name, row.id);
    await ports.rights.rename(transaction, row.name, name);
  }
  await ports.membership.update(transaction, row.id, { ...attributes, name });
  await relate(ports, transaction, row, before, { members, groups });
  assertAdministered(await ports.membership.hasAdministrator(transaction));
}

async function relate(
  { membership, principals }: ChangePorts,
  transaction: Transaction,
  row: PrincipalRecord,
  before: Draft,
  after: Pick<Draft, "members" | "groups">,
): Promise<void> {
  const members = difference(before.members, after.members);
  const groups = difference(before.groups, after.groups);
  await assertKnown(membership, transaction, members.added, false);
  await assertKnown(membership, transaction, groups.added, true);
  const everyone = groups.added.length > 0 ? await principals.idOf(transaction, EVERYONE) : undefined;
  if (everyone && groups.added.includes(everyone))
    throw scimFault("mutability", `Everybody is in '${EVERYONE}' by definition: nobody can be added.`);
  const asGroup = (member_id: string): Edge => ({ group_id: row.id, member_id });
  const asMember = (group_id: string): Edge => ({ group_id, member_id: row.id });
  const added = [...members.added.map(asGroup), ...groups.added.map(asMember)];
  if (added.some(({ group_id, member_id }) => group_id === member_id)) throw cycle();
  for (const edge of [...members.removed.map(asGroup), ...groups.removed.map(asMember)])
    await membership.drop(transaction, edge);
  await membership.add(transaction, added);
  if (added.length > 0 && (await membership.isCyclic(transaction, row.id))) throw cycle();
}

async function assertKnown(
  membership: MembershipStore,
  transaction: Transaction,
  ids: readonly string[],
  groupsOnly: boolean,
): Promise<void> {
  const [unknown] = await membership.unknown(transaction, ids, groupsOnly);
  if (unknown === undefined) return;
  throw scimFault("invalidValue", `No ${groupsOnly ? "group" : "principal"} has the id '${unknown.slice(0, 100)}'.`);
}

const cycle = () =>
  scimFault(
    "invalidValue",
    "A group cannot contain itself, directly or through others. Remove the membership the other way first.",
  );

function difference(before: readonly string[], after: readonly string[]) {
  const [old, next] = [new Set(before), new Set(after)];
  return { added: [...next.difference(old)], removed: [...old.difference(next)] };
}
