import { setImmediate } from "node:timers/promises";
import type { Log } from "#base/log.ts";
import type { DecisionRecord, JournalRow } from "#kernel/mod.ts";
import { Fault, OUTCOME_UNKNOWN } from "#wire/errors.ts";
import type { JournalFiles, SegmentFile } from "./files.ts";
import { ROWS_SHIPMENT_BYTES_MAX, SEGMENT_BYTES_MAX, SHIPMENT_BYTES_MAX, SHIPMENT_RECORDS_MAX } from "./limits.ts";
import { type Decoded, decodeLines, encodeLine, encodeRow, keyText, type Wanted } from "./line.ts";
import { PendingRows } from "./pending-rows.ts";
import { isBefore, type Position } from "./position.ts";
import { RecentPieces } from "./recent.ts";

interface Waiting {
  /** Of a record. */
  readonly key?: string;
  /** Of a row. */
  readonly table_id?: string;
  readonly line: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: Fault) => void;
}

export interface RowsRead {
  readonly rows: readonly JournalRow[];
  readonly next: Position;
  readonly bytes: number;
}

export interface JournalOptions {
  readonly files: JournalFiles;
  readonly log: Log;
  /** Called after each write. */
  readonly onDurable?: () => void;
  readonly segment_bytes_max?: number;
}

/**
 * The append-only file of decisions, and of rows on their way to tables. One writer: what is appended while a sync runs goes out together with the next one.
 * What is appended in one turn
 * of the event loop is written at once, so that either all of it is on disk or none. An append resolves when it is there, and rejects when it is not.
 */
export class Journal {
  readonly #files: JournalFiles;
  readonly #log: Log;
  readonly #onDurable: () => void;
  readonly #segment_bytes_max: number;
  /** Appends by key that are not shipped yet, durable or on their way. */
  readonly #appends: Map<string, Promise<void>>;
  /** Where the records end that are durable and not shipped, by key and in order. */
  readonly #ends: { readonly key: string; readonly end: Position }[];
  /** What was written last, for who ships it. */
  readonly #recent = new RecentPieces();
  /** Numbers of the segments that there are, ascending. */
  #segments: readonly number[];
  /** Rows that are in no table yet. */
  readonly rows: PendingRows;
  #queue: Waiting[] = [];
  #file: SegmentFile;
  #durable: Position;
  #writing: Promise<void> | undefined;
  /** Something may lie behind the last synced line: it is cut before the next write. */
  #isTorn = false;
  #isClosed = false;

  private constructor(
    options: JournalOptions,
    file: SegmentFile,
    found: {
      readonly durable: Position;
      readonly segments: readonly number[];
      readonly ends: readonly { readonly key: string; readonly end: Position }[];
      readonly rows: PendingRows;
    },
  ) {
    this.#files = options.files;
    this.#log = options.log;
    this.#onDurable = options.onDurable ?? (() => {});
    this.#segment_bytes_max = options.segment_bytes_max ?? SEGMENT_BYTES_MAX;
    this.#file = file;
    this.#durable = found.durable;
    this.rows = found.rows;
    this.#segments = found.segments;
    this.#ends = [...found.ends];
    this.#appends = new Map(found.ends.map(({ key }) => [key, Promise.resolve()]));
  }

  /** Opens the journal, and cuts off a last line that a crash tore. */
  static async open(options: JournalOptions): Promise<Journal> {
    const segments = await options.files.list();
    const last = segments.at(-1) ?? 1;
    const ends: { readonly key: string; readonly end: Position }[] = [];
    const rows = new PendingRows();
    let end = 0;
    for (const segment of segments) {
      const bytes = await options.files.read(segment);
      const decoded = decodeLines(bytes);
      for (const text of decoded.records)
        ends.push({ key: keyText((JSON.parse(text) as DecisionRecord).key), end: { segment, offset: decoded.end } });
      for (const { table_id } of decoded.rows)
        rows.note(table_id, { segment, offset: decoded.end }, decoded.row_bytes / decoded.rows.length);
      if (decoded.damaged > 0)
        options.log.error({ segment, lines: decoded.damaged }, "The journal has damaged lines: check the disk.");
      if (segment === last) end = decoded.end;
    }
    const file = await options.files.open(last);
    await file.truncate(end);
    await file.sync();
    const found = { durable: { segment: last, offset: end }, segments: [...segments], ends, rows };
    if (segments.length === 0) found.segments.push(last);
    return new Journal(options, file, found);
  }

  /** Records that are not shipped yet. */
  get unshipped(): number {
    return this.#appends.size;
  }

  /** The end of what is on disk. */
  get durable(): Position {
    return this.#durable;
  }

  /**
   * Resolves when the record is on disk. A record whose key is already there changes nothing.
   * @throws Fault TEMPORARILY_UNAVAILABLE when it cannot be written: then nothing may be acknowledged that it tells.
   */
  append(record: DecisionRecord): Promise<void> {
    const key = keyText(record.key);
    const known = this.#appends.get(key);
    if (known) return known;
    const promise = this.#enqueue({ key, line: encodeLine(record) });
    if (!this.#isClosed) this.#appends.set(key, promise);
    return promise;
  }

  /** Resolves when the row is on disk. @throws Fault TEMPORARILY_UNAVAILABLE when it cannot be written. */
  appendRow(row: JournalRow): Promise<void> {
    return this.#enqueue({ table_id: row.table_id, line: encodeRow(row) });
  }

  /** Records from `from` on, as JSON, and where they end. Only what is on disk. */
  async read(from: Position): Promise<{ readonly records: readonly string[]; readonly next: Position }> {
    const { records, next } = await this.#next(from, { kind: "record", lines_max: SHIPMENT_RECORDS_MAX });
    return { records, next };
  }

  /** Rows from `from` on, of one shipment, where they end, and how many bytes they are. Only what is on disk. */
  async readRows(from: Position): Promise<RowsRead> {
    const durable = this.#durable;
    const rows: JournalRow[] = [];
    let next = from;
    let bytes = 0;
    while (isBefore(next, durable) && bytes < ROWS_SHIPMENT_BYTES_MAX) {
      const piece = await this.#next(next, { kind: "row" });
      rows.push(...piece.rows);
      bytes += piece.row_bytes;
      next = piece.next;
    }
    return { rows, next, bytes };
  }

  /** Forgets what lies before `shipped`: keys of records, and whole segments. */
  async forget(shipped: Position): Promise<void> {
    const left = this.#ends.findIndex(({ end }) => isBefore(shipped, end));
    for (const { key } of this.#ends.splice(0, left < 0 ? this.#ends.length : left)) this.#appends.delete(key);
    const kept = Math.min(shipped.segment, this.rows.keptFrom(this.#durable).segment, this.#durable.segment);
    const over = this.#segments.filter((segment) => segment < kept);
    for (const segment of over) await this.#files.remove(segment);
    if (over.length > 0) this.#segments = this.#segments.filter((segment) => !over.includes(segment));
  }

  /** Ends after the appends that are on their way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writing;
    await this.#file.close();
  }

  #enqueue(line: Omit<Waiting, "resolve" | "reject">): Promise<void> {
    if (this.#isClosed) return Promise.reject(unwritable(new Error("The journal is closed.")));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#queue.push({ ...line, resolve, reject });
    this.#writing ??= this.#write();
    return promise;
  }

  /** What is wanted of the next piece from `from` on. */
  async #next(from: Position, wanted: Wanted): Promise<Decoded & { readonly next: Position }> {
    const durable = this.#durable;
    const nothing = { records: [], rows: [], row_bytes: 0, end: 0, damaged: 0 };
    if (!isBefore(from, durable)) return { ...nothing, next: from };
    const segments = this.#segments.filter((each) => each >= from.segment && each <= durable.segment);
    for (const segment of segments) {
      const at = segment === from.segment ? from.offset : 0;
      const decoded = decodeLines(await this.#piece(segment, at, durable), wanted);
      if (decoded.end > 0) return { ...decoded, next: { segment, offset: at + decoded.end } };
    }
    return { ...nothing, next: durable };
  }

  /** A piece of a segment that holds at least one whole line, as there may be a line longer than a piece. */
  async #piece(segment: number, at: number, durable: Position): Promise<Buffer> {
    for (let bytes_max = SHIPMENT_BYTES_MAX; ; bytes_max *= 2) {
      const wanted = segment === durable.segment ? Math.min(bytes_max, durable.offset - at) : bytes_max;
      const bytes =
        this.#recent.from({ segment, offset: at }, wanted) ?? (await this.#files.readFrom(segment, at, wanted));
      if (bytes.length < bytes_max || bytes.includes("\n")) return bytes;
    }
  }

  async #write(): Promise<void> {
    // What is appended in this very turn goes with it, whichever of its sockets it is that brings it.
    await setImmediate();
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      try {
        await this.#writeBatch(Buffer.concat(batch.map((each) => each.line)));
        for (const { key, table_id, line } of batch) {
          if (table_id !== undefined) this.rows.note(table_id, this.#durable, line.length);
          if (key !== undefined) this.#ends.push({ key, end: this.#durable });
        }
        for (const each of batch) each.resolve();
        this.#onDurable();
      } catch (error) {
        this.#isTorn = true;
        this.#log.error({ reason: String(error), records: batch.length }, "The journal could not be written.");
        for (const each of batch) {
          if (each.key !== undefined) this.#appends.delete(each.key);
          each.reject(unwritable(error));
        }
      }
    }
    this.#writing = undefined;
  }

  async #writeBatch(bytes: Buffer): Promise<void> {
    const { segment, offset } = this.#durable;
    if (this.#isTorn) {
      await this.#file.truncate(offset);
      await this.#file.sync();
      this.#isTorn = false;
    }
    if (offset >= this.#segment_bytes_max) {
      const next = await this.#files.open(segment + 1);
      await this.#file.close();
      this.#file = next;
      this.#segments = [...this.#segments, segment + 1];
      this.#durable = { segment: segment + 1, offset: 0 };
    }
    const at = this.#durable.offset;
    await this.#file.write(bytes, at);
    this.#recent.note(this.#durable, bytes);
    this.#durable = { segment: this.#durable.segment, offset: at + bytes.length };
  }
}

/** What it would tell of may have been done by then, and the change be on record in Postgres: whoever asked is told nothing of it. */
function unwritable(cause: unknown): Fault {
  return new Fault(
    "TEMPORARILY_UNAVAILABLE",
    "The audit journal cannot be written, and nothing is told that is not on record. A change that was asked for may have been made: look before you ask for it again. Ask an administrator to check the disk of the data directory.",
    { cause, internal: String(cause), reason: OUTCOME_UNKNOWN },
  );
}
