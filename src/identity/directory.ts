import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import { ADMINS, EVERYONE, type GroupSource, type Transaction } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { NAME_CHARACTERS_MAX } from "./limits.ts";
import { mintPrincipalId } from "./principal-ids.ts";
import { blank } from "./scim/draft.ts";
import type { DirectoryStore, PrincipalKind, PrincipalRow } from "./store/directory.ts";
import type { PrincipalStore } from "./store/principals.ts";
import type { SubjectStore } from "./store/subjects.ts";

/** An entry of the directory as other modules see it. */
export interface DirectoryEntry {
  readonly id: string;
  /** What grants are written to: a user's e-mail, a service principal's application id, a group's name. */
  readonly name: string;
  readonly display_name: string;
  readonly active: boolean;
}

interface DirectoryPorts {
  readonly store: DirectoryStore;
  readonly principals: PrincipalStore;
  readonly subjects: SubjectStore;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** Users, service principals and groups. Names are unique across all three, whatever their case. */
export function createDirectory({ store, principals, subjects, clock, ids }: DirectoryPorts) {
  const insert = (kind: PrincipalKind, name: string, display_name: string): Promise<DirectoryEntry> =>
    principals.change((transaction) => insertIn(transaction, kind, name, display_name));
  const insertIn = async (
    transaction: Transaction,
    kind: PrincipalKind,
    name: string,
    display_name: string,
  ): Promise<DirectoryEntry> => {
    const emails = kind === "user" ? [{ value: name, type: "work", primary: true }] : [];
    const { members: _members, groups: _groups, ...attributes } = blank(display_name, emails);
    const row = { id: mintPrincipalId(ids), kind, name: checkName(name), ...attributes };
    await principals.insert(transaction, row, new Date(clock.now_ms()));
    return entryOf(row);
  };
  const of = (kind: PrincipalKind) => ({
    /** By exact name, case included. */
    find: async (name: string): Promise<DirectoryEntry | undefined> => {
      const row = await store.byName(name);
      return row?.kind === kind ? entryOf(row) : undefined;
    },
    list: async (): Promise<readonly DirectoryEntry[]> => (await store.list(kind)).map(entryOf),
    /** Removes it with its memberships and credentials. @throws Fault RESOURCE_DOES_NOT_EXIST. */
    delete: async (id: string): Promise<void> => {
      const row = await byId(store, id, [kind]);
      if (kind === "group") refuseBuiltIn(row.name);
      await store.remove(id);
    },
  });
  const activity = (kind: PrincipalKind) => ({
    /** A deactivated principal's tokens are refused at their next use. @throws Fault RESOURCE_DOES_NOT_EXIST. */
    setActive: async (id: string, active: boolean): Promise<void> => {
      await byId(store, id, [kind]);
      await store.setActive(id, active);
    },
  });
  return {
    users: {
      ...of("user"),
      ...activity("user"),
      /** @throws Fault RESOURCE_ALREADY_EXISTS, INVALID_PARAMETER_VALUE. */
      create: (input: { readonly name: string; readonly display_name?: string }): Promise<DirectoryEntry> =>
        insert("user", input.name, input.display_name ?? input.name),
    },
    servicePrincipals: {
      ...of("service_principal"),
      ...activity("service_principal"),
      /** Its name is a new application id. */
      create: (input: { readonly display_name: string }): Promise<DirectoryEntry> =>
        insert("service_principal", ids.uuid(), input.display_name),
      /** As `create`, within a transaction that counts the governance version. */
      createIn: (transaction: Transaction, input: { readonly display_name: string }): Promise<DirectoryEntry> =>
        insertIn(transaction, "service_principal", ids.uuid(), input.display_name),
    },
    groups: {
      ...of("group"),
      ...groupSource(subjects),
      /** @throws Fault RESOURCE_ALREADY_EXISTS, INVALID_PARAMETER_VALUE. */
      create: (input: { readonly name: string }): Promise<DirectoryEntry> => insert("group", input.name, input.name),
      /** Adds a user, service principal or group. @throws Fault INVALID_PARAMETER_VALUE on a cycle, RESOURCE_DOES_NOT_EXIST. */
      addMember: async (group_id: string, member_id: string): Promise<void> => {
        const group = await byId(store, group_id, ["group"]);
        if (group.name === EVERYONE) refuseBuiltIn(EVERYONE);
        await byId(store, member_id, ["user", "service_principal", "group"]);
        await store.addMember(group_id, member_id);
      },
      removeMember: (group_id: string, member_id: string): Promise<void> => store.removeMember(group_id, member_id),
    },
  };
}

/** The kernel's port: names by which grants reach an owner. A principal that is gone or deactivated lends nothing. */
function groupSource(subjects: SubjectStore): GroupSource {
  return {
    namesFor: async (name) => {
      const row = await subjects.byName(name);
      if (!row?.active) return new Set();
      return new Set([name, ...(await subjects.groupNames(row.id))]);
    },
  };
}

async function byId(store: DirectoryStore, id: string, kinds: readonly PrincipalKind[]): Promise<PrincipalRow> {
  const row = await store.byId(id);
  if (row && kinds.includes(row.kind)) return row;
  throw new Fault("RESOURCE_DOES_NOT_EXIST", `No ${kinds.join(" or ").replaceAll("_", " ")} has the id '${id}'.`);
}

/** `admins` and `account users` belong to the account: nothing would be left to govern it by without them. */
function refuseBuiltIn(name: string): void {
  if (name === ADMINS || name === EVERYONE)
    throw new Fault("INVALID_PARAMETER_VALUE", `The group '${name}' belongs to the account and cannot be changed so.`);
}

/** What owns the things of a principal that is gone: a name that nobody can be given. */
export const retiredName = ({ name, id }: Pick<PrincipalRow, "name" | "id">): string => `${name} (deleted ${id})`;

const RETIRED = /\(deleted \d+\)$/;

/** @throws Fault INVALID_PARAMETER_VALUE when a principal cannot have the name. */
export function checkName(name: string): string {
  if (RETIRED.test(name))
    throw new Fault("INVALID_PARAMETER_VALUE", `'${name}' ends like the name of a principal that was deleted.`);
  if (name === "" || name !== name.trim() || name.length > NAME_CHARACTERS_MAX || /\p{C}/u.test(name))
    throw new Fault(
      "INVALID_PARAMETER_VALUE",
      `A name has 1 to ${NAME_CHARACTERS_MAX} characters, no control characters, and no space at its ends.`,
    );
  return name;
}

function entryOf({ id, name, display_name, active }: PrincipalRow): DirectoryEntry {
  return { id, name, display_name, active };
}
