import { isKnown, type Metastore, namesOf, type Permit, spoken, type Transaction } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { present, refuseSystem } from "./changing.ts";
import { assertPermitOf } from "./permits.ts";
import type { CatalogPorts } from "./ports.ts";

/**
 * Drops. A function on which a row filter or mask rests is not dropped, by itself or with what holds it: without it the table
 * could not be read by anybody, or, worse, would be read unfiltered.
 */
export function dropping(ports: CatalogPorts): Pick<Metastore, "drop"> {
  const { stores } = ports;
  return {
    drop: (transaction, permit, { cascade }) =>
      stores.change(transaction, async (within) => {
        assertPermitOf(permit, ["catalog.delete", "schema.delete", "table.delete", "function.delete"]);
        refuseSystem(permit.what);
        const { id } = await present(ports, permit, within);
        const going = await stores.securables.subtree(within, id);
        if (going.length > 1 && !cascade)
          throw new Fault(
            "INVALID_STATE",
            `${spoken(permit.what)} is not empty. Drop what is in it first, or drop it with CASCADE (by REST: force=true).`,
          );
        const relations = going.filter((one) => one.type === "TABLE");
        await stores.relations.clearPolicies(
          within,
          relations.map((one) => one.id),
        );
        await stores.attributes.clear(
          within,
          going.map((one) => one.id),
        );
        await refuseGoverning(
          ports,
          within,
          permit,
          going.filter((one) => one.type === "FUNCTION").map((one) => one.id),
        );
        await stores.securables.remove(
          within,
          going.map((one) => one.id),
        );
        return relations.filter((one) => one.kind === "table").map((one) => one.id);
      }),
  };
}

/** @throws Fault INVALID_STATE naming what is governed, as far as the caller may know of them. */
async function refuseGoverning(
  ports: CatalogPorts,
  transaction: Transaction,
  permit: Permit<"catalog.delete" | "schema.delete" | "table.delete" | "function.delete">,
  function_ids: readonly string[],
): Promise<void> {
  if (function_ids.length === 0) return;
  const governed = await ports.stores.relations.governedBy(transaction, function_ids);
  if (governed.length === 0) return;
  const facts = await ports.facts.load(governed, transaction);
  const names = namesOf(permit.who);
  const known = facts.filter((one) => isKnown(one, names)).map((one) => `'${one.what.name}'`);
  const named = known.length > 0 ? known.join(", ") : "something that you may not know of";
  throw new Fault(
    "INVALID_STATE",
    `A row filter, column mask or policy of ${named} rests on this. Remove the policy first, or ask an administrator.`,
  );
}
