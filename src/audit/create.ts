import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "#base/clock.ts";
import type { Log } from "#base/log.ts";
import type { Database } from "#db/mod.ts";
import type { AuditSink, AuditTrail, RowJournal, Scan } from "#kernel/mod.ts";
import { type JournalFiles, openJournalFiles } from "./files.ts";
import { Journal } from "./journal.ts";
import { journalScan } from "./journal-scan.ts";
import { CLOSE_WAIT_MS_MAX } from "./limits.ts";
import { lineageTables } from "./lineage-columns.ts";
import { type LineageReads, lineageReads } from "./neighbours.ts";
import { createAuditScan } from "./scan.ts";
import { Shipper } from "./ship.ts";
import { RowShipper } from "./ship-rows.ts";
import { AuditStore } from "./store.ts";
import { usageTables } from "./usage-columns.ts";

/** What audit stands on. */
export interface AuditOptions {
  readonly db: Database;
  readonly log: Log;
  readonly data_dir: string;
  /** Records carry their own time; the clock is taken so that every module is made alike. */
  readonly clock?: Clock;
  /** The journal's directory, when it is not the local disk's: tests fill it. */
  readonly files?: JournalFiles;
}

export interface Audit {
  readonly sink: AuditSink;
  readonly trail: AuditTrail;
  /** `system.access.audit`, and the tables of lineage and of models' usage. */
  readonly scans: readonly Scan[];
  readonly lineage: LineageReads;
  /** Rows on their way to tables. */
  readonly rows: RowJournal;
  /** What is on its way to Postgres. */
  backlog(): { readonly records: number; readonly row_bytes: number };
  /** Resolves when all that was appended is in Postgres. */
  shipped(): Promise<void>;
  /** Ships what is left, as far as the database takes it within seconds, and closes the journal. */
  close(): Promise<void>;
}

/** Opens the journal in `<data_dir>/journal` and starts to ship it. */
export async function createAudit(options: AuditOptions): Promise<Audit> {
  const { db, log, data_dir } = options;
  const directory = join(data_dir, "journal");
  const files = options.files ?? (await openJournalFiles(directory));
  const name = await journalName(directory);
  const store = new AuditStore(db);
  const wake: { now: () => void } = { now: () => {} };
  const journal = await Journal.open({ files, log, onDurable: () => wake.now() });
  const shipper = new Shipper({ journal, store, name, shipped: await store.shippedPosition(name), log });
  const rows = new RowShipper({ journal, store, name, shipped: await store.rowsPosition(name), log });
  wake.now = () => {
    shipper.wake();
    rows.wake();
  };
  shipper.wake();
  return {
    sink: {
      append: (record) => journal.append(record),
      appendIn: (transaction, record) => store.insert([record], transaction),
    },
    trail: {
      byTrace: async (trace_id) => {
        await shipper.shipped();
        return store.byTrace(trace_id);
      },
    },
    scans: [
      createAuditScan(store, () => shipper.shipped()),
      ...[...lineageTables, ...usageTables].map((one) => journalScan(one, store, () => shipper.shipped())),
    ],
    lineage: lineageReads(db, () => shipper.shipped()),
    rows: {
      append: (row) => journal.appendRow(row),
      shipped: (table_id) => rows.shipped(table_id),
      shipTo: (tables) => rows.shipTo(tables),
    },
    backlog: () => ({ records: journal.unshipped, row_bytes: journal.rows.bytes }),
    shipped: () => shipper.shipped(),
    close: async () => {
      await rows.stop();
      await shipper.stop(CLOSE_WAIT_MS_MAX);
      await journal.close();
    },
  };
}

/** The journal's own name, under which Postgres remembers its position: made with the directory, it goes with it. */
async function journalName(directory: string): Promise<string> {
  const file = join(directory, "name");
  const known = await readFile(file, "utf8").catch(() => "");
  if (known.trim()) return known.trim();
  const name = randomBytes(16).toString("hex");
  await writeFile(`${file}.new`, `${name}\n`, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
  return name;
}
