import type { DecisionRecord, ScanColumn } from "#kernel/mod.ts";
import type { Site } from "./store.ts";

/** A relation of `system.*` whose rows are told by records of the journal: its columns, and the rows that one record gives. */
export interface JournalTable {
  readonly name: string;
  /** Which part of an outcome its rows are told by: records without it are not read. */
  readonly tells: "lineage" | "usage";
  readonly columns: readonly ScanColumn[];
  /** A record's rows, each with the values of the columns named, in their order. */
  rows(record: DecisionRecord, columns: readonly string[], site: Site | null): readonly (readonly unknown[])[];
}

/** A column, and its value of a row as the table makes it of a record. */
export interface JournalColumn<R> extends ScanColumn {
  readonly value: (row: R, site: Site | null) => unknown;
}

/** A table by its columns and the rows that one record gives. */
export function journalTable<R>(declared: {
  readonly name: string;
  readonly tells: JournalTable["tells"];
  readonly columns: readonly JournalColumn<R>[];
  readonly rowsOf: (record: DecisionRecord) => readonly R[];
}): JournalTable {
  const { name, tells, columns, rowsOf } = declared;
  const named = new Map(columns.map((column) => [column.name, column]));
  return Object.freeze({
    name,
    tells,
    columns: columns.map((column) => ({ name: column.name, type: column.type })),
    rows: (record: DecisionRecord, wanted: readonly string[], site: Site | null) => {
      const shown = wanted.map((each) => {
        const found = named.get(each.toLowerCase());
        if (!found) throw new TypeError(`${name} has no column ${each}.`);
        return found;
      });
      return rowsOf(record).map((row) => shown.map((each) => each.value(row, site)));
    },
  });
}
