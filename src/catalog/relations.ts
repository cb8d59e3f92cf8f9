import {
  assertPermit,
  type Metastore,
  type Permit,
  type TableDefinition,
  type Transaction,
  table,
  type ViewDefinition,
} from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { changeUnder, insertChild, mayAlso, ownerAfterReplace, refuseSystem, stamp } from "./changing.ts";
import { stored } from "./facts.ts";
import { alreadyExists, missing } from "./faults.ts";
import { assertColumns, assertComment, namePart } from "./names.ts";
import { assertPermitOf } from "./permits.ts";
import { makePolicies } from "./policies.ts";
import type { CatalogPorts } from "./ports.ts";
import type { RelationRow } from "./store/relations.ts";
import type { SecurableRow } from "./store/securables.ts";

type ViewInput = Parameters<Metastore["createView"]>[1];

/** Tables and views. */
export function relations(ports: CatalogPorts): Pick<Metastore, "relation" | "createTable" | "createView"> {
  const { stores } = ports;
  return {
    relation: async (permit) => {
      assertPermitOf(permit, [
        "table.read_data",
        "table.explain",
        "table.read_metadata",
        "table.insert",
        "table.set_policy",
      ]);
      const defined = await stores.definitions.relation(stored(permit.what));
      if (!defined) throw missing(permit.what);
      return definitionOf(defined.found, defined.made_of);
    },

    createTable: async (transaction, permit, { name, comment, columns, id, row_filter, masks = [] }) => {
      assertPermit(permit, "table.create");
      assertComment(comment);
      assertColumns(columns);
      refuseSystem(permit.what);
      const child = { type: "TABLE", name: namePart("table", name), comment, id } as const;
      return stores.change(transaction, async (within) => {
        const made = await insertChild(ports, within, permit, child);
        await stores.relations.insert(within, { id: made, kind: "table", columns });
        if (row_filter || masks.length > 0)
          await makePolicies(ports, permit, within, { id: made, name: child.name, columns, row_filter, masks });
        return made;
      });
    },

    createView: async (permit, input) => {
      assertPermit(permit, "table.create");
      assertComment(input.comment);
      assertColumns(input.columns);
      refuseSystem(permit.what);
      const name = namePart("view", input.name);
      await changeUnder(
        ports,
        permit,
        async (transaction) => {
          const id =
            (input.replace ? await replaced(ports, transaction, permit, { ...input, name }) : undefined) ??
            (await insertChild(ports, transaction, permit, { type: "TABLE", name, comment: input.comment }));
          const { columns, text, current } = input;
          await stores.relations.insert(transaction, { id, kind: "view", columns, view: { text, current } });
        },
        input.lineage,
      );
    },
  };
}

/** Clears the view of this name for its new text; its grants stay, its tags go, as on Databricks. Undefined when there is none. */
async function replaced(
  ports: CatalogPorts,
  transaction: Transaction,
  permit: Permit<"table.create">,
  input: ViewInput,
): Promise<string | undefined> {
  const { stores } = ports;
  const what = table(`${stored(permit.what).name}.${input.name}`);
  const old = await stores.securables.find(what, transaction);
  if (!old) return undefined;
  if (!(await mayAlso(ports, permit, "table.update", what, transaction))) throw alreadyExists(what);
  const [relation] = await stores.relations.several([old.id], transaction);
  if (relation?.kind !== "view")
    throw new Fault("INVALID_PARAMETER_VALUE", `'${what.name}' is a table, not a view: drop it first.`);
  await stores.relations.remove(transaction, old.id);
  await stores.tags.clear(transaction, old.id);
  await stores.securables.update(transaction, old.id, {
    owner: ownerAfterReplace(permit, old.owner),
    comment: input.comment ?? null,
    ...stamp(ports, permit),
  });
  return old.id;
}

/** A relation as the kernel's port tells it. A scan is a table: whose rows they are is no concern of the catalog's. */
export function definitionOf(found: SecurableRow, relation: RelationRow): TableDefinition | ViewDefinition {
  const { id, full_name: name, owner, comment } = found;
  const common = { id, name, owner, columns: relation.columns, ...(comment !== null && { comment }) };
  if (relation.kind !== "view") return { kind: "table", ...common };
  return {
    kind: "view",
    ...common,
    text: relation.text!,
    current: [relation.current_catalog!, relation.current_schema!],
  };
}
