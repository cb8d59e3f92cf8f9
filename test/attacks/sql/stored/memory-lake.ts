import { randomUUID } from "node:crypto";
import { join } from "node:path";
import {
  ADMINS,
  EVERYONE,
  type FactSource,
  type Facts,
  type FunctionDefinition,
  type Grant,
  lineOf,
  type MaskBinding,
  type Metastore,
  type Obligation,
  type PolicyBinding,
  type TableDefinition,
  type ViewDefinition,
  type What,
} from "#kernel/mod.ts";
import type { TableStore } from "../../../../src/sql/tables/table-store.ts";

interface Relation {
  readonly definition: TableDefinition | ViewDefinition;
  filter: PolicyBinding | null;
  readonly masks: Map<string, MaskBinding>;
}

/** What everybody holds on a schema, by its name; on one that is not named, nobody holds anything but its owner. */
const rights: Readonly<Record<string, Grant["privileges"]>> = {
  "lake.s": ["USE_SCHEMA", "SELECT", "EXECUTE", "MODIFY"],
  "lake.desk": ["USE_SCHEMA", "SELECT", "EXECUTE", "MODIFY", "CREATE_TABLE"],
};

/** A catalog and its tables' versions without a database: securables, their policies and files, all in memory. */
export class MemoryLake {
  readonly #relations = new Map<string, Relation>();
  readonly #routines = new Map<string, FunctionDefinition>();
  readonly #files = new Map<string, string[]>();
  readonly #data_dir: string;

  constructor(data_dir: string) {
    this.#data_dir = data_dir;
  }

  readonly facts: FactSource = {
    load: async (whats) => whats.map((what) => this.#factsOf(what)),
  };

  /** What governed SQL asks of a metastore to run queries, INSERT, CREATE and policies; there is nothing else. */
  readonly metastore: Metastore = Object.freeze({
    relation: async ({ what }) => this.#relation(what.name).definition,
    routine: async ({ what }) => this.#routine(what.name),
    policyRoutine: async (_permit, name) => this.#routine(name),
    createTable: async (_transaction, permit, input) => {
      const name = `${permit.what.name}.${input.name}`.toLowerCase();
      const id = input.id ?? randomUUID();
      const definition: TableDefinition = { kind: "table", id, name, owner: ADMINS, columns: input.columns };
      this.#relations.set(name, { definition, filter: input.row_filter ?? null, masks: masksOf(input.masks) });
      return id;
    },
    createView: async (permit, input) => {
      const name = `${permit.what.name}.${input.name}`.toLowerCase();
      const { columns, text, current } = input;
      const definition: ViewDefinition = { kind: "view", id: name, name, owner: ADMINS, columns, text, current };
      this.#relations.set(name, { definition, filter: null, masks: new Map() });
    },
    createFunction: async (permit, input) => {
      const name = `${permit.what.name}.${input.name}`.toLowerCase();
      this.#routines.set(name, { ...input, id: name, name, owner: ADMINS });
    },
    drop: async (_transaction, { what }) => {
      const { definition } = this.#relation(what.name);
      this.#relations.delete(what.name);
      return [definition.id];
    },
    setRowFilter: async ({ what }, filter) => {
      this.#relation(what.name).filter = filter;
    },
    setColumnMask: async ({ what }, column, mask) => {
      const { masks } = this.#relation(what.name);
      if (mask) masks.set(column, { column, mask });
      else masks.delete(column);
    },
  } satisfies Partial<Metastore>) as unknown as Metastore;

  readonly tables: TableStore = {
    current: async (table_id) => ({ table_id, version: 1, files: this.#files.get(table_id) ?? [], rows: 0, bytes: 0 }),
    stage: async (table_id) => join(this.#data_dir, `${table_id}-${randomUUID()}.parquet`),
    sync: async () => {},
    commit: async (_transaction, { table_id, add }) => {
      const files = this.#files.get(table_id) ?? [];
      this.#files.set(table_id, [...files, ...add.map((one) => one.file)]);
      return 1;
    },
    discard: async () => {},
    drop: async () => {},
    removeDropped: async (ids) => {
      for (const id of ids) this.#files.delete(id);
    },
  };

  #relation(name: string): Relation {
    const found = this.#relations.get(name.toLowerCase());
    if (!found) throw new Error(`no relation ${name}`);
    return found;
  }

  #routine(name: string): FunctionDefinition {
    const found = this.#routines.get(name.toLowerCase());
    if (!found) throw new Error(`no function ${name}`);
    return found;
  }

  #factsOf(what: What): Facts {
    const found = (
      what.type === "TABLE" ? this.#relations : what.type === "FUNCTION" ? this.#routines : undefined
    )?.has(what.name);
    const line = found === false ? lineOf(what).slice(1) : lineOf(what);
    const chain = line.map((one) => ({ what: one, owner: ADMINS, grants: grantsOn(one) }));
    return { what, found: found ?? true, chain, policies: this.#policiesOf(what), version: 1 };
  }

  #policiesOf({ type, name }: What): readonly Obligation[] {
    const relation = type === "TABLE" ? this.#relations.get(name) : undefined;
    if (!relation) return [];
    const { filter, masks } = relation;
    return [
      ...(filter ? [{ type: "row_filter" as const, policy: filter.function, ...filter }] : []),
      ...masks.values().map(({ column, mask }) => ({
        type: "column_mask" as const,
        policy: mask.function,
        column,
        ...mask,
      })),
    ];
  }
}

const masksOf = (masks: readonly MaskBinding[] = []): Relation["masks"] =>
  new Map(masks.map((one) => [one.column, one]));

function grantsOn({ type, name }: What): readonly Grant[] {
  const privileges = type === "CATALOG" ? (["USE_CATALOG"] as const) : type === "SCHEMA" ? rights[name] : undefined;
  return privileges ? [{ principal: EVERYONE, privileges }] : [];
}
