import { sql } from "kysely";
import type { Database } from "#db/mod.ts";
import type { DecisionRecord, Transaction } from "#kernel/mod.ts";
import type { JournalTable } from "./journal-table.ts";
import { SCAN_ROWS_MAX } from "./limits.ts";
import { keyText, recordText } from "./line.ts";
import { isSame, type Position, START } from "./position.ts";

/** As the indexes of the journal's table are made: each finds its records alone. */
const telling = {
  lineage: sql<boolean>`record #> '{outcome,lineage}' IS NOT NULL`,
  usage: sql<boolean>`record #> '{outcome,usage}' IS NOT NULL`,
};

/** A record and its number in the order of arrival. */
export interface NumberedRecord {
  readonly number: string;
  readonly record: DecisionRecord;
}

export interface Site {
  readonly account_id: string;
  readonly metastore_id: string;
}

/** The journal's tables. */
export class AuditStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Up to where `journal` is shipped. */
  async shippedPosition(journal: string): Promise<Position> {
    const row = await this.#db.kysely
      .selectFrom("audit_shipped")
      .select(["segment", "bytes"])
      .where("journal", "=", journal)
      .executeTakeFirst();
    return row ? { segment: row.segment, offset: Number(row.bytes) } : START;
  }

  /**
   * Inserts records, each as its JSON, and moves the journal's position, both or neither: one statement, in which the records travel as
   * one list and Postgres takes out of them what it has columns for. Those whose key is there change nothing.
   */
  async ship(journal: string, records: readonly string[], next: Position): Promise<void> {
    await sql`
      WITH shipped AS (
        INSERT INTO audit_record (key, at, trace_id, record)
        SELECT concat_ws('/', record #>> '{key,request_id}', record #>> '{key,hop}', record #>> '{key,permit}', record #>> '{key,phase}'),
          timestamptz 'epoch' + (record ->> 'at_ms')::float8 * interval '1 millisecond', record ->> 'trace_id', record
        FROM jsonb_array_elements(${`[${records.join(",")}]`}::jsonb) WITH ORDINALITY AS listed (record, place)
        ORDER BY place
        ON CONFLICT (key) DO NOTHING
      )
      INSERT INTO audit_shipped (journal, segment, bytes) VALUES (${journal}, ${next.segment}, ${next.offset})
      ON CONFLICT (journal) DO UPDATE SET segment = excluded.segment, bytes = excluded.bytes`.execute(this.#db.on());
  }

  /** Up to where the rows of `journal` are in their tables. */
  rowsPosition(journal: string): Promise<Position> {
    return this.shippedPosition(rowsOf(journal));
  }

  /**
   * Has `commit` put rows into their tables and moves their position from `from` to `next`, both or neither. Nothing is done when it
   * stands elsewhere: an earlier try was committed after all, though its answer was lost. @returns where it stands.
   */
  async shipRows(
    journal: string,
    { from, next }: { readonly from: Position; readonly next: Position },
    commit: (transaction: Transaction) => Promise<void>,
  ): Promise<Position> {
    const own = rowsOf(journal);
    return this.#db.run(async (transaction) => {
      const db = this.#db.on(transaction);
      const begun = { journal: own, segment: START.segment, bytes: START.offset };
      await db
        .insertInto("audit_shipped")
        .values(begun)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const found = await db
        .selectFrom("audit_shipped")
        .select(["segment", "bytes"])
        .where("journal", "=", own)
        .forUpdate()
        .executeTakeFirstOrThrow();
      const at = { segment: found.segment, offset: Number(found.bytes) };
      if (!isSame(at, from)) return at;
      await commit(transaction);
      const moved = { segment: next.segment, bytes: next.offset };
      await db.updateTable("audit_shipped").set(moved).where("journal", "=", own).execute();
      return next;
    });
  }

  /** Inserts records; those whose key is there change nothing. */
  async insert(records: readonly DecisionRecord[], transaction: Transaction): Promise<void> {
    if (records.length === 0) return;
    await this.#db
      .on(transaction)
      .insertInto("audit_record")
      .values(records.map(rowOf))
      .onConflict((conflict) => conflict.column("key").doNothing())
      .execute();
  }

  async byTrace(trace_id: string): Promise<readonly DecisionRecord[]> {
    const rows = await this.#db.kysely
      .selectFrom("audit_record")
      .select("record")
      .where("trace_id", "=", trace_id)
      .orderBy("at")
      .orderBy("number")
      .execute();
    return rows.map((row) => row.record);
  }

  /** All records up to now, or those whose outcome tells this, in pieces, in the order of arrival. */
  async *pages(which: "all" | JournalTable["tells"] = "all"): AsyncIterable<readonly NumberedRecord[]> {
    for (let after = "0"; ; ) {
      const records = this.#db.kysely.selectFrom("audit_record").select(["number", "record"]);
      const wanted = which === "all" ? records : records.where(telling[which]);
      const page = await wanted.where("number", ">", after).orderBy("number").limit(SCAN_ROWS_MAX).execute();
      const last = page.at(-1);
      if (!last) return;
      yield page;
      after = last.number;
    }
  }

  /** The ids of account and metastore, minted at the first start. */
  async site(): Promise<Site | null> {
    const site = await this.#db.kysely.selectFrom("site").select(["account_id", "metastore_id"]).executeTakeFirst();
    return site ?? null;
  }
}

/** Rows are shipped apart from records, so that neither waits for the other. */
const rowsOf = (journal: string): string => `${journal} rows`;

function rowOf(record: DecisionRecord) {
  return {
    key: clean(keyText(record.key)),
    at: new Date(record.at_ms),
    trace_id: clean(record.trace_id),
    record: recordText(record),
  };
}

/** As in `recordText`: Postgres takes no NUL. */
function clean(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "\uFFFD");
}
