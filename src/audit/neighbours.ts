import { sql } from "kysely";
import type { Database } from "#db/mod.ts";
import { assertPermit, type Permit } from "#kernel/mod.ts";

/** A table or view that rows went to or came from, and when last. */
export interface Neighbour {
  readonly name: string;
  readonly type: "TABLE" | "VIEW";
  readonly at: Date;
}

export interface ColumnNeighbour extends Neighbour {
  readonly column: string;
  /** A mask was seen in the column's stead. */
  readonly masked: boolean;
}

export interface Neighbours<T> {
  readonly upstream: readonly T[];
  readonly downstream: readonly T[];
}

/**
 * What was written from the permit's table or view, and from what it was written, one step far: a view is one step, a function none.
 * Names alone, unfiltered: pass them through `gate.filter` before anyone sees one.
 */
export interface LineageReads {
  tables(permit: Permit<"table.read_metadata">): Promise<Neighbours<Neighbour>>;
  columns(permit: Permit<"table.read_metadata">, column: string): Promise<Neighbours<ColumnNeighbour>>;
}

/** The condition of the index of names. */
const named = (name: string) => sql`
  record #> '{outcome,lineage,target,name}' IS NOT NULL
  AND jsonb_path_query_array(record, '$.outcome.lineage.*.name') ? ${name}`;

const target = sql`record #> '{outcome,lineage,target}'`;
/** Not reached through a view, which is a step of its own. */
const isStep = (read: ReturnType<typeof sql>) => sql`NOT (${read} @? '$.through[*] ? (@.type == "VIEW")')`;

export function lineageReads(db: Database, shipped: () => Promise<void>): LineageReads {
  const run = async <T>(query: ReturnType<typeof sql<T>>): Promise<readonly T[]> =>
    (await query.execute(db.kysely)).rows;
  const tables = (of: string, name: string, other: string) => {
    const [mine, theirs] = [sql.raw(of), sql.raw(other)];
    return run<Neighbour>(sql<Neighbour>`
      SELECT ${theirs} ->> 'name' AS name, ${theirs} ->> 'type' AS type, max(at) AS at
      FROM (
        SELECT at, ${target} AS target, read
        FROM audit_record, jsonb_path_query(record, '$.outcome.lineage.reads[*]') AS read
        WHERE ${named(name)} AND ${isStep(sql`read`)}
      ) AS step
      WHERE ${mine} ->> 'name' = ${name}
      GROUP BY 1, 2 ORDER BY 1`);
  };
  const columns = (of: string, name: string, column: string, other: string) => {
    const [mine, myColumn] = [sql.raw(of), sql.raw(of === "read" ? "'column'" : "'to'")];
    const [theirs, theirColumn] = [sql.raw(other), sql.raw(other === "read" ? "'column'" : "'to'")];
    return run<ColumnNeighbour>(sql<ColumnNeighbour>`
      SELECT ${theirs} ->> 'name' AS name, ${theirs} ->> 'type' AS type, flow ->> ${theirColumn} AS column,
        bool_or(flow -> 'masked_by' <> '[]') AS masked, max(at) AS at
      FROM (
        SELECT at, ${target} AS target, flow, record #> ARRAY['outcome', 'lineage', 'reads', flow ->> 'from'] AS read
        FROM audit_record, jsonb_path_query(record, '$.outcome.lineage.columns[*]') AS flow
        WHERE ${named(name)}
      ) AS step
      WHERE ${mine} ->> 'name' = ${name} AND lower(flow ->> ${myColumn}) = lower(${column}) AND ${isStep(sql`read`)}
      GROUP BY 1, 2, 3 ORDER BY 1, 3`);
  };
  return {
    tables: async (permit) => {
      assertPermit(permit, "table.read_metadata");
      await shipped();
      const { name } = permit.what;
      return { upstream: await tables("target", name, "read"), downstream: await tables("read", name, "target") };
    },
    columns: async (permit, column) => {
      assertPermit(permit, "table.read_metadata");
      await shipped();
      const { name } = permit.what;
      return {
        upstream: await columns("target", name, column, "read"),
        downstream: await columns("read", name, column, "target"),
      };
    },
  };
}
