import {
  type Action,
  decide,
  type Lineage,
  namesOf,
  type Permit,
  type Transaction,
  type What,
  what,
} from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { SecurableType } from "#wire/securables.ts";
import { stored } from "./facts.ts";
import { alreadyExists, keptByServer, missing } from "./faults.ts";
import { SYSTEM_CATALOG } from "./names.ts";
import type { CatalogPorts } from "./ports.ts";
import type { SecurableRow } from "./store/securables.ts";

/** Who changes something, and when, for the rows. */
export function stamp(ports: CatalogPorts, permit: Permit<Action>): { readonly by: string; readonly at: Date } {
  return { by: permit.who.subject.name, at: new Date(ports.clock.now_ms()) };
}

/**
 * Runs a permit's change and closes its record in the same transaction: the change is never in force without being on record,
 * wherever the server ends.
 */
export function changeUnder<T>(
  ports: CatalogPorts,
  permit: Permit<Action>,
  work: (transaction: Transaction) => Promise<T>,
  lineage?: Lineage,
): Promise<T> {
  return ports.stores.change(undefined, async (transaction) => {
    const made = await work(transaction);
    await permit.settleIn(transaction, { status: "ok", ...(lineage && { lineage }) });
    return made;
  });
}

/** The permit's securable as it is now. @throws Fault its not-found code when it went away since the permit. */
export async function present(
  ports: CatalogPorts,
  permit: Permit<Action>,
  transaction?: Transaction,
): Promise<SecurableRow> {
  const found = await ports.stores.securables.find(stored(permit.what), transaction);
  if (!found) throw missing(permit.what);
  return found;
}

/** @throws Fault PERMISSION_DENIED for the server's own catalog and all in it. */
export function refuseSystem(of: What): void {
  const name = stored(of).name;
  const own = of.type === "CATALOG" || of.type === "SCHEMA" || of.type === "TABLE" || of.type === "FUNCTION";
  if (own && (name === SYSTEM_CATALOG || name.startsWith(`${SYSTEM_CATALOG}.`))) throw keptByServer(of);
}

/**
 * Enters a new child of the permit's securable, owned by the permit's subject.
 * @returns its id. @throws Fault `*_ALREADY_EXISTS`, the parent's not-found code.
 */
export async function insertChild(
  ports: CatalogPorts,
  transaction: Transaction,
  permit: Permit<Action>,
  child: {
    readonly type: SecurableType;
    readonly name: string;
    readonly comment?: string | undefined;
    readonly id?: string | undefined;
  },
): Promise<string> {
  const parent = stored(permit.what);
  const full_name = parent.type === "METASTORE" ? child.name : `${parent.name}.${child.name}`;
  const id = child.id ?? ports.ids.uuid();
  const made = await ports.stores.securables.insert(transaction, {
    ...child,
    id,
    full_name,
    parent,
    owner: permit.who.subject.name,
    ...stamp(ports, permit),
  });
  if (made === "taken") throw alreadyExists(what(child.type, full_name));
  if (made === "orphan") throw missing(permit.what);
  return id;
}

/**
 * Whether the permit's subject may also do `action` to `other`: for a second securable that one statement touches, decided
 * on the facts as they are inside the transaction.
 */
export async function mayAlso(
  ports: CatalogPorts,
  permit: Permit<Action>,
  action: Action,
  other: What,
  transaction?: Transaction,
): Promise<boolean> {
  const [facts] = await ports.facts.load([other], transaction);
  const request = { who: permit.who, action, what: other, door: permit.doorway.door };
  return decide(request, facts!).effect === "permit";
}

/**
 * The owner of a view or function that the permit's subject replaces. Its text is now theirs, so it may lend only what they
 * hold: an owner that they are, or a group of theirs, stays; any other gives way to them.
 */
export function ownerAfterReplace(permit: Permit<Action>, owner: string): string {
  return namesOf(permit.who).has(owner) ? owner : permit.who.subject.name;
}

/** @throws Fault PRINCIPAL_DOES_NOT_EXIST when no user, service principal or group has the name. */
export async function assertPrincipal(ports: CatalogPorts, name: string): Promise<void> {
  if (await ports.principals.kindOf(name)) return;
  throw new Fault(
    "PRINCIPAL_DOES_NOT_EXIST",
    `Could not find principal with name ${name}. Name a user by e-mail, a service principal by application id, or a group.`,
  );
}
