import {
  assertPermit,
  type ColumnDefinition,
  type MaskBinding,
  type Metastore,
  type Permit,
  type PolicyBinding,
  spoken,
  type Transaction,
  table,
} from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { changeUnder, mayAlso, present, refuseSystem } from "./changing.ts";
import { stored } from "./facts.ts";
import { policyFunction } from "./policy-function.ts";
import type { CatalogPorts } from "./ports.ts";
import type { StoredBinding } from "./store/relations.ts";
import type { RoutineRow } from "./store/routines.ts";

/** Row filters and column masks. Names are checked here against what is there now; types were by whoever planned the statement. */
export function policies(ports: CatalogPorts): Pick<Metastore, "setRowFilter" | "setColumnMask"> {
  const { stores } = ports;
  return {
    setRowFilter: async (permit, filter) => {
      assertPermit(permit, "table.set_policy");
      await changeUnder(ports, permit, async (transaction) => {
        const { id, columns } = await governable(ports, permit, transaction);
        const bound = filter && (await bind(ports, permit, transaction, { binding: filter, columns, leading: 0 }));
        await stores.relations.setRowFilter(transaction, id, bound);
      });
    },

    setColumnMask: async (permit, column, mask) => {
      assertPermit(permit, "table.set_policy");
      await changeUnder(ports, permit, async (transaction) => {
        const { id, columns } = await governable(ports, permit, transaction);
        const masked = columnNamed(columns, column);
        const bound = mask && (await bind(ports, permit, transaction, { binding: mask, columns, leading: 1 }));
        await stores.relations.setColumnMask(transaction, id, masked.name, bound);
      });
    },
  };
}

/**
 * Binds the policies that a table is made with, in the transaction that makes it: it is never there without them.
 * @throws Fault PERMISSION_DENIED when whoever makes it may not set policies on it.
 */
export async function makePolicies(
  ports: CatalogPorts,
  permit: Permit<"table.create">,
  transaction: Transaction,
  made: {
    readonly id: string;
    readonly name: string;
    readonly columns: readonly ColumnDefinition[];
    readonly row_filter?: PolicyBinding | undefined;
    readonly masks: readonly MaskBinding[];
  },
): Promise<void> {
  const { id, columns, row_filter, masks } = made;
  const what = table(`${stored(permit.what).name}.${made.name}`);
  if (!(await mayAlso(ports, permit, "table.set_policy", what, transaction)))
    throw new Fault("PERMISSION_DENIED", `You may not set policies on ${spoken(what)}. Nothing was made.`);
  const { relations } = ports.stores;
  if (row_filter) {
    const bound = await bind(ports, permit, transaction, { binding: row_filter, columns, leading: 0 });
    await relations.setRowFilter(transaction, id, bound);
  }
  for (const { column, mask } of masks) {
    const bound = await bind(ports, permit, transaction, { binding: mask, columns, leading: 1 });
    await relations.setColumnMask(transaction, id, columnNamed(columns, column).name, bound);
  }
}

async function governable(
  ports: CatalogPorts,
  permit: Permit<"table.set_policy">,
  transaction: Transaction,
): Promise<{ readonly id: string; readonly columns: readonly ColumnDefinition[] }> {
  refuseSystem(permit.what);
  const { id } = await present(ports, permit, transaction);
  const [relation] = await ports.stores.relations.several([id], transaction);
  if (relation?.kind !== "table")
    throw new Fault(
      "INVALID_PARAMETER_VALUE",
      `${spoken(permit.what)} is a view: set policies on the tables below it.`,
    );
  return { id, columns: relation.columns };
}

/** The binding with the function's id and the columns' own spelling. The caller must be able to execute the function. */
async function bind(
  ports: CatalogPorts,
  permit: Permit<"table.set_policy" | "table.create">,
  transaction: Transaction,
  given: {
    readonly binding: PolicyBinding;
    readonly columns: readonly ColumnDefinition[];
    /** Arguments that come before those of the binding: a mask's own column. */
    readonly leading: number;
  },
): Promise<StoredBinding> {
  const { binding, columns, leading } = given;
  const { what, id, routine } = await policyFunction(ports, permit, transaction, binding.function);
  assertFits(what.name, routine, binding.arguments.length + leading);
  return {
    function_id: id,
    arguments: binding.arguments.map((argument) =>
      argument.kind === "column" ? { kind: "column", column: columnNamed(columns, argument.column).name } : argument,
    ),
  };
}

function assertFits(name: string, routine: RoutineRow | undefined, count: number): void {
  if (routine?.returns.kind !== "scalar")
    throw new Fault("INVALID_PARAMETER_VALUE", `'${name}' gives a table: a policy's function gives one value.`);
  const { parameters } = routine;
  const required = parameters.filter((one) => one.default === undefined).length;
  if (count < required || count > parameters.length)
    throw new Fault(
      "INVALID_PARAMETER_VALUE",
      `'${name}' takes ${parameters.length} arguments, and the policy gives ${count}.`,
    );
}

function columnNamed(columns: readonly ColumnDefinition[], name: string): ColumnDefinition {
  const found = columns.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!found) throw new Fault("INVALID_PARAMETER_VALUE", `The table has no column '${name}'.`);
  return found;
}
