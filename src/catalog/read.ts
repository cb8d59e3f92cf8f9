import {
  assertPermit,
  type FunctionDefinition,
  type Permit,
  type TableDefinition,
  type ViewDefinition,
  type What,
} from "#kernel/mod.ts";
import { present } from "./changing.ts";
import { type CatalogFacts, stored } from "./facts.ts";
import { missing } from "./faults.ts";
import { assertPermitOf } from "./permits.ts";
import type { CatalogPorts } from "./ports.ts";
import { definitionOf } from "./relations.ts";
import { functionOf } from "./routines.ts";
import type { SecurableRow } from "./store/securables.ts";

/** What every securable's REST resource tells. */
export type Described = SecurableRow;

/** A table or view with the policies bound to it. */
export interface DescribedTable extends Described {
  readonly definition: TableDefinition | ViewDefinition;
  readonly isSystem: boolean;
  readonly policies: Awaited<ReturnType<CatalogFacts["load"]>>[number]["policies"];
}

export interface DescribedFunction extends Described {
  readonly definition: FunctionDefinition;
}

/**
 * Reads for REST resources. `list…` takes what `gate.filter` let through, beneath the permit's securable, and leaves out what
 * went away meanwhile.
 */
export interface Reads {
  metastore(permit: Permit<"metastore.read_metadata">): Promise<Described>;
  catalog(permit: Permit<"catalog.read_metadata" | "catalog.update">): Promise<Described>;
  schema(permit: Permit<"schema.read_metadata" | "schema.update">): Promise<Described>;
  table(permit: Permit<"table.read_metadata" | "table.update">): Promise<DescribedTable>;
  function(permit: Permit<"function.read_metadata" | "function.update">): Promise<DescribedFunction>;
  listCatalogs(permit: Permit<"metastore.read_metadata">, visible: readonly What[]): Promise<readonly Described[]>;
  listSchemas(permit: Permit<"catalog.read_metadata">, visible: readonly What[]): Promise<readonly Described[]>;
  listTables(permit: Permit<"schema.read_metadata">, visible: readonly What[]): Promise<readonly DescribedTable[]>;
  listFunctions(
    permit: Permit<"schema.read_metadata">,
    visible: readonly What[],
  ): Promise<readonly DescribedFunction[]>;
}

export function reads(ports: CatalogPorts): Reads {
  const { securables } = ports.stores;
  const listed = async (parent: What, visible: readonly What[]): Promise<readonly Described[]> => {
    const prefix = parent.type === "METASTORE" ? "" : `${stored(parent).name}.`;
    if (!visible.every((one) => one.name.startsWith(prefix)))
      throw new TypeError(`What is listed must lie beneath '${parent.name}'.`);
    return visible.length === 0 ? [] : securables.several(visible.map(stored));
  };
  return {
    metastore: async (permit) => {
      assertPermit(permit, "metastore.read_metadata");
      return present(ports, permit);
    },
    catalog: async (permit) => {
      assertPermitOf(permit, ["catalog.read_metadata", "catalog.update"]);
      return present(ports, permit);
    },
    schema: async (permit) => {
      assertPermitOf(permit, ["schema.read_metadata", "schema.update"]);
      return present(ports, permit);
    },
    table: async (permit) => {
      assertPermitOf(permit, ["table.read_metadata", "table.update"]);
      const [found] = await tablesOf(ports, [await present(ports, permit)]);
      if (!found) throw missing(permit.what);
      return found;
    },
    function: async (permit) => {
      assertPermitOf(permit, ["function.read_metadata", "function.update"]);
      const [found] = await functionsOf(ports, [await present(ports, permit)]);
      if (!found) throw missing(permit.what);
      return found;
    },
    listCatalogs: async (permit, visible) => {
      assertPermit(permit, "metastore.read_metadata");
      return listed(permit.what, visible);
    },
    listSchemas: async (permit, visible) => {
      assertPermit(permit, "catalog.read_metadata");
      return listed(permit.what, visible);
    },
    listTables: async (permit, visible) => {
      assertPermit(permit, "schema.read_metadata");
      return tablesOf(ports, await listed(permit.what, visible));
    },
    listFunctions: async (permit, visible) => {
      assertPermit(permit, "schema.read_metadata");
      return functionsOf(ports, await listed(permit.what, visible));
    },
  };
}

async function tablesOf(ports: CatalogPorts, rows: readonly Described[]): Promise<readonly DescribedTable[]> {
  if (rows.length === 0) return [];
  const relations = await ports.stores.relations.several(rows.map((row) => row.id));
  const byId = new Map(relations.map((relation) => [relation.id, relation]));
  const facts = await ports.facts.load(rows.map((row) => ({ type: "TABLE", name: row.full_name })));
  return rows.flatMap((row, i) => {
    const relation = byId.get(row.id);
    if (!relation) return [];
    const definition = definitionOf(row, relation);
    return [{ ...row, definition, isSystem: relation.kind === "scan", policies: facts[i]?.policies ?? [] }];
  });
}

async function functionsOf(ports: CatalogPorts, rows: readonly Described[]): Promise<readonly DescribedFunction[]> {
  const routines = await ports.stores.routines.several(rows.map((row) => row.id));
  const byId = new Map(routines.map((routine) => [routine.id, routine]));
  return rows.flatMap((row) => {
    const routine = byId.get(row.id);
    return routine ? [{ ...row, definition: functionOf(row, routine) }] : [];
  });
}
