import {
  assertPermit,
  type ColumnDefinition,
  type Metastore,
  type Permit,
  type RowJournal,
  type Sink,
  type TableDefinition,
} from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";

export interface SinkPorts {
  readonly metastore: Pick<Metastore, "relation">;
  readonly rows: Pick<RowJournal, "append">;
}

/** Tables that are remembered, each as of one version of governance; a table per endpoint is more than most have. */
const TABLES_MAX = 1_000;

interface Known {
  readonly version: number;
  readonly found: TableDefinition;
}

/** Rows go into the journal, which has them durable by itself; where they belong is decided here, by the permit. */
export function createSink({ metastore, rows }: SinkPorts): Sink {
  const known = new Map<string, Known>();
  const tableOf = async (permit: Permit<"table.insert">): Promise<TableDefinition> => {
    const { what, governance_version: version } = permit;
    const remembered = known.get(what.name);
    // A table that changes, goes, or comes again under its name makes another version.
    if (remembered?.version === version) return remembered.found;
    const found = await metastore.relation(permit);
    if (found.kind !== "table") throw unfit(what.name, "is no table");
    known.delete(what.name);
    for (const oldest of known.keys()) {
      if (known.size < TABLES_MAX) break;
      known.delete(oldest);
    }
    known.set(what.name, { version, found });
    return found;
  };
  return {
    open: async (permit, columns) => {
      assertPermit(permit, "table.insert");
      const { id, name, columns: own } = await tableOf(permit);
      if (!areSame(own, columns)) throw unfit(name, "has other columns than are written");
      const types = columns.map(({ type }) => type);
      const by = permit.lent_by.at(-1)?.owner ?? permit.who.subject.name;
      return { append: (values) => rows.append({ table_id: id, types, by, values }) };
    },
  };
}

const areSame = (own: readonly ColumnDefinition[], wanted: readonly ColumnDefinition[]): boolean =>
  own.length === wanted.length &&
  own.every(({ name, type, nullable }, i) => {
    const other = wanted[i]!;
    return nullable && name.toLowerCase() === other.name.toLowerCase() && type === other.type;
  });

const unfit = (name: string, why: string): Fault =>
  new Fault("INVALID_STATE", `'${name}' ${why}. Drop or rename it, so that it can be made anew.`);
