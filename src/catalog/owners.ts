import { type Action, type Metastore, metastore, namesOf, type Permit, type Transaction } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { assertPrincipal, changeUnder, present, refuseSystem, stamp } from "./changing.ts";
import { assertComment } from "./names.ts";
import { assertPermitOf } from "./permits.ts";
import type { CatalogPorts } from "./ports.ts";
import type { SecurableRow } from "./store/securables.ts";

type Updating = Permit<"catalog.update" | "schema.update" | "table.update" | "function.update">;

/** Changes of a securable's owner and comment. */
export interface Updates extends Pick<Metastore, "setOwner"> {
  /** What is left out stays. @throws Fault RESOURCE_DOES_NOT_EXIST, PERMISSION_DENIED, INVALID_PARAMETER_VALUE */
  update(permit: Updating, input: { readonly owner?: string; readonly comment?: string }): Promise<void>;
}

export function updates(ports: CatalogPorts): Updates {
  const update: Updates["update"] = async (permit, { owner, comment }) => {
    assertPermitOf(permit, ["catalog.update", "schema.update", "table.update", "function.update"]);
    assertComment(comment);
    refuseSystem(permit.what);
    if (owner !== undefined) await assertPrincipal(ports, owner);
    await changeUnder(ports, permit, async (transaction) => {
      const found = await present(ports, permit, transaction);
      if (owner !== undefined) await refuseLoan(ports, transaction, permit, found, owner);
      await ports.stores.securables.update(transaction, found.id, {
        ...(owner !== undefined && { owner }),
        ...(comment !== undefined && { comment }),
        ...stamp(ports, permit),
      });
    });
  };
  return { update, setOwner: (permit, owner) => update(permit, { owner }) };
}

/**
 * A view or function lends its owner's rights to a text that someone else wrote. So its owner can become only the caller or a
 * group of theirs, unless an owner of the metastore says otherwise (as PostgreSQL asks for membership in the new owning role).
 */
async function refuseLoan(
  ports: CatalogPorts,
  transaction: Transaction,
  permit: Permit<Action>,
  found: SecurableRow,
  owner: string,
): Promise<void> {
  const names = namesOf(permit.who);
  if (names.has(owner)) return;
  const lends =
    found.type === "FUNCTION" ||
    (found.type === "TABLE" && (await ports.stores.relations.several([found.id], transaction))[0]?.kind === "view");
  if (!lends) return;
  const [root] = await ports.facts.load([metastore], transaction);
  if (root?.chain.some((one) => names.has(one.owner))) return;
  throw new Fault(
    "PERMISSION_DENIED",
    `'${found.full_name}' lends its owner's rights to its text: you can give it to yourself or a group of yours. Ask an administrator to give it to '${owner}'.`,
  );
}
