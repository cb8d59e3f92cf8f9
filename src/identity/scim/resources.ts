import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import { ADMINS, assertPermit, EVERYONE, type Permit } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { type PatchOperation, schemas } from "#wire/scim/messages.ts";
import { checkName, retiredName } from "../directory.ts";
import { SCIM_PAGE_ITEMS, SCIM_PAGE_ITEMS_MAX } from "../limits.ts";
import { mintPrincipalId } from "../principal-ids.ts";
import type { PrincipalKind } from "../store/directory.ts";
import type { PrincipalRecord } from "../store/principals.ts";
import { attributeOf, conditionOf } from "./attributes.ts";
import { apply, type ChangePorts, draftOf, find } from "./changes.ts";
import { assertAdministered } from "./checks.ts";
import { blank, type Draft, replaced, type SentResource } from "./draft.ts";
import { scimFault } from "./faults.ts";
import { parseFilter } from "./filter.ts";
import { patched } from "./patch.ts";
import { type Found, type Resources, render, renderName, type Selection, selected } from "./render.ts";

export interface ScimPorts extends ChangePorts {
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** What a list is asked for. `startIndex` counts from 1. */
export interface ListAsked extends Selection {
  readonly filter?: string;
  readonly sortBy?: string;
  readonly sortOrder?: "ascending" | "descending";
  readonly startIndex?: number;
  readonly count?: number;
}

/** A resource to be made: what identifies it, beside what can change. */
export interface SentNew extends SentResource {
  /** A user's e-mail. */
  readonly userName?: string;
  /** A service principal's, when it is known from elsewhere. */
  readonly applicationId?: string;
}

const words = { user: "User", service_principal: "Service principal", group: "Group" } as const;

/**
 * Principals of one kind over SCIM. `seesDetails`: whether the caller may see more of others than names.
 * @throws Fault in all: RESOURCE_DOES_NOT_EXIST when it went away since the permit, INVALID_PARAMETER_VALUE with the RFC's reason.
 */
export function scimResources<K extends PrincipalKind>(ports: ScimPorts, kind: K) {
  const { principals, membership, rights, clock, ids } = ports;
  const whole = (found: Found): Resources[K] => render[kind](found);
  const seen = (found: Found, seesDetails: boolean): Resources[K] =>
    seesDetails ? whole(found) : (renderName(found.row) as Resources[K]);
  const present = async (id: string, found: Promise<Found | undefined>): Promise<Found> => {
    const one = await found;
    if (one) return one;
    throw new Fault("RESOURCE_DOES_NOT_EXIST", `${words[kind]} '${id}' does not exist any more.`);
  };

  const change = (permit: Permit<`${K}.update`>, next: (draft: Draft) => Draft): Promise<Resources[K]> =>
    principals.change(async (transaction) => {
      const { name: id } = permit.what;
      const found = await present(id, find(ports, kind, id, transaction));
      const before = draftOf(found);
      await apply(ports, transaction, found.row, before, next(before));
      await permit.settleIn(transaction, { status: "ok" });
      return whole(await present(id, find(ports, kind, id, transaction)));
    });

  return {
    list: async (permit: Permit<`${K}.list`>, asked: ListAsked, seesDetails: boolean) => {
      assertPermit(permit, `${kind}.list`);
      const { total, rows } = await principals.search(searchOf(kind, asked, seesDetails));
      const page = rows.map((row) => row.id);
      const groups = Map.groupBy(seesDetails ? await principals.groupsOf(page) : [], (one) => one.of);
      const isWithMembers = seesDetails && kind === "group";
      const members = Map.groupBy(isWithMembers ? await principals.membersOf(page) : [], (one) => one.of);
      const found = (row: PrincipalRecord): Found => ({
        row,
        groups: groups.get(row.id) ?? [],
        members: members.get(row.id) ?? [],
      });
      return {
        schemas: [schemas.list],
        totalResults: total,
        startIndex: startOf(asked),
        itemsPerPage: rows.length,
        Resources: rows.map((row) => selected(seen(found(row), seesDetails), asked)),
      };
    },

    read: async (permit: Permit<`${K}.read`>, asked: Selection, seesDetails: boolean): Promise<Resources[K]> => {
      assertPermit(permit, `${kind}.read`);
      const { name: id } = permit.what;
      return selected(seen(await present(id, find(ports, kind, id)), seesDetails), asked);
    },

    /** @throws Fault RESOURCE_ALREADY_EXISTS when a principal of any kind has the name. */
    create: (permit: Permit<`${K}.create`>, sent: SentNew): Promise<Resources[K]> => {
      assertPermit(permit, `${kind}.create`);
      const name = nameOf(kind, sent, ids);
      return principals.change(async (transaction) => {
        const emails = kind === "user" ? [{ value: name, type: "work", primary: true }] : [];
        const before = blank(sent.displayName || name, emails);
        const { members: _members, groups: _groups, ...attributes } = before;
        const row: PrincipalRecord = { id: mintPrincipalId(ids), kind, name, ...attributes };
        await principals.insert(transaction, row, new Date(clock.now_ms()));
        await apply(ports, transaction, row, before, replaced(before, sent));
        await permit.settleIn(transaction, { status: "ok" });
        return whole(await present(row.id, find(ports, kind, row.id, transaction)));
      });
    },

    replace: (permit: Permit<`${K}.update`>, sent: SentResource): Promise<Resources[K]> => {
      assertPermit(permit, `${kind}.update`);
      return change(permit, (draft) => replaced(draft, sent));
    },

    patch: (permit: Permit<`${K}.update`>, operations: readonly PatchOperation[]): Promise<Resources[K]> => {
      assertPermit(permit, `${kind}.update`);
      return change(permit, (draft) => patched(kind, draft, operations));
    },

    /** Takes its memberships, credentials and grants along; what it owned lends nothing any more. */
    delete: (permit: Permit<`${K}.delete`>): Promise<void> => {
      assertPermit(permit, `${kind}.delete`);
      return principals.change(async (transaction) => {
        const { row } = await present(permit.what.name, find(ports, kind, permit.what.name, transaction));
        if (kind === "group" && (row.name === ADMINS || row.name === EVERYONE))
          throw scimFault("mutability", `The group '${row.name}' belongs to the account and cannot be deleted.`);
        await membership.remove(transaction, row.id);
        assertAdministered(await membership.hasAdministrator(transaction));
        await rights.retire(transaction, row.name, retiredName(row));
        await permit.settleIn(transaction, { status: "ok" });
      });
    },
  };
}

function searchOf(kind: PrincipalKind, asked: ListAsked, seesDetails: boolean) {
  const { filter, sortBy, sortOrder, count = SCIM_PAGE_ITEMS } = asked;
  const sort = sortBy ? attributeOf(kind, sortBy.toLowerCase(), seesDetails).field : "id";
  return {
    kind,
    ...(filter && { condition: conditionOf(kind, parseFilter(filter), seesDetails) }),
    sort: { field: sort, isDescending: sortOrder === "descending" },
    offset: startOf(asked) - 1,
    limit: Math.min(Math.max(count, 0), SCIM_PAGE_ITEMS_MAX),
  } as const;
}

/** RFC 7644 section 3.4.2.4: a value less than 1 is read as 1. */
const startOf = ({ startIndex = 1 }: ListAsked): number => Math.max(startIndex, 1);

const APPLICATION_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function nameOf(kind: PrincipalKind, { userName, applicationId, displayName }: SentNew, ids: IdSource): string {
  if (kind === "user") return checkName(userName ?? "");
  if (kind === "group") return checkName(displayName ?? "");
  if (!applicationId) return ids.uuid();
  if (APPLICATION_ID.test(applicationId)) return applicationId;
  throw scimFault("invalidValue", "An 'applicationId' is a UUID in lower case. Leave it out to be given one.");
}
