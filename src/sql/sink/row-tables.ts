import type { IdSource } from "#base/ids.ts";
import type { JournalRow, RowTables, StagedRows } from "#kernel/mod.ts";
import { faultOf } from "#wire/errors.ts";
import { quoted } from "../engines/duckdb/names.ts";
import type { Engine } from "../engines/engine.ts";
import { SCHEMA } from "../engines/engine.ts";
import { engineType } from "../plan/types.ts";
import { STATEMENT_TIME_MS } from "../statements/limits.ts";
import { fieldOf } from "../tables/field.ts";
import type { TableStore } from "../tables/table-store.ts";

interface RowTablePorts {
  readonly engine: Engine;
  readonly tables: TableStore;
  readonly ids: IdSource;
}

/** The relation that holds the rows in the engine. */
const RELATION = "rows_of_journal";
/** As whom they stand in the engine's queue. */
const SUBMITTER = "journal";

/** Rows of the journal as files and versions of their tables. Whether they might be written was decided before they came there. */
export function createRowTables({ engine, tables, ids }: RowTablePorts): RowTables {
  const stageOne = async (table_id: string, rows: readonly JournalRow[]): Promise<StagedRows> => {
    const { types, by } = rows[0]!;
    const columns = types.map((type, i) => ({ name: fieldOf(i), field: fieldOf(i), type: engineType(type) }));
    const names = columns.map(({ name }) => quoted(name)).join(", ");
    const file = await tables.stage(table_id);
    try {
      await engine.run({
        statement_id: ids.uuid(),
        submitter: SUBMITTER,
        signal: new AbortController().signal,
        limits: { time_ms: STATEMENT_TIME_MS },
        steps: [
          { kind: "load_rows", schema: SCHEMA, table: RELATION, columns, rows: rows.map(({ values }) => values) },
          {
            kind: "write_parquet",
            sql: `SELECT ${names} FROM (SELECT ${names} FROM ${SCHEMA}.${RELATION}) AS r`,
            columns,
            file,
          },
        ],
      });
      const add = [{ file, rows: rows.length }];
      await tables.sync(add);
      return { table_id, by, add };
    } catch (thrown) {
      await tables.discard([file]);
      throw thrown;
    }
  };
  return {
    stage: async (rows) => {
      const staged: StagedRows[] = [];
      for (const [table_id, own] of Map.groupBy(rows, (row) => row.table_id))
        staged.push(await stageOne(table_id, own));
      return staged;
    },
    commit: async (transaction, staged) => {
      // In one order, as the store locks tables by turns.
      for (const one of staged.toSorted((a, b) => (a.table_id < b.table_id ? -1 : 1))) {
        try {
          await tables.commit(transaction, { ...one, read_version: "any" });
        } catch (thrown) {
          if (faultOf(thrown).code !== "TABLE_DOES_NOT_EXIST") throw thrown;
        }
      }
    },
  };
}
