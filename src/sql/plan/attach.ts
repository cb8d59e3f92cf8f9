import { isPermit } from "#kernel/mod.ts";
import type { EngineStep, RelationDuty } from "../engines/engine.ts";
import { fieldOf } from "../tables/field.ts";
import type { EnteredRelation } from "./access.ts";
import type { SqlPorts } from "./ports.ts";
import type { Session } from "./session.ts";
import { engineType } from "./types.ts";

/** Where a relation lies in the engine. */
export interface Place {
  readonly schema: string;
  readonly table: string;
}

/** A base table in the engine, with the names of those of its columns that any text for the engine reads. */
export interface Attached {
  readonly place: Place;
  readonly read: ReadonlySet<string>;
}

/**
 * The step that brings a base table's rows within reach: a table's files, or a scan's rows, and of them the columns that are read.
 * Null for a relation that is only explained: nothing of it is touched.
 */
export async function attachStep(
  ports: SqlPorts,
  session: Session,
  relation: EnteredRelation,
  { place, read }: Attached,
): Promise<EngineStep | null> {
  const { definition, permit } = relation;
  if (!isPermit(permit, "table.read_data")) return null;
  const duty = dutyOf(relation);
  const stored = relation.columns.map(({ name, type }, i) => ({ name, field: fieldOf(i), type: engineType(type) }));
  const wanted = stored.filter((column) => read.has(column.name));
  // A relation of which only the rows count has one column all the same.
  const columns = wanted.length > 0 ? wanted : stored.slice(0, 1);
  if (definition.kind === "scan") {
    const names = columns.map((column) => column.name);
    const rows: (readonly unknown[])[] = [];
    for await (const batch of definition.scan.rows(permit, session.who, names)) rows.push(...batch);
    const typed = columns.map(({ name, type }) => ({ name, type }));
    return { kind: "load_rows", ...place, columns: typed, rows, duty };
  }
  if (definition.kind === "view") throw new TypeError("a view is expanded, never attached");
  const { files } = await ports.tables.current(definition.id);
  return { kind: "attach_table", ...place, columns, files, duty };
}

/** What the second wall holds every subquery on the relation to: read from the permit, not from what planning made of it. */
function dutyOf({ permit }: EnteredRelation): RelationDuty {
  const masked = permit.obligations.flatMap((one) => (one.type === "column_mask" ? [one.column] : []));
  const filtered = permit.obligations.some((one) => one.type === "row_filter");
  return { ...(filtered && { filtered }), ...(masked.length > 0 && { masked }) };
}
