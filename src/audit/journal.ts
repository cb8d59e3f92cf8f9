import type { Log } from "#base/log.ts";
import type { DecisionRecord } from "#kernel/mod.ts";
import { Fault, OUTCOME_UNKNOWN } from "#wire/errors.ts";
import type { JournalFiles, SegmentFile } from "./files.ts";
import { SEGMENT_BYTES_MAX, SHIPMENT_BYTES_MAX, SHIPMENT_RECORDS_MAX } from "./limits.ts";
import { decodeLines, encodeLine, keyText } from "./line.ts";

/** A place between two lines of the journal. */
export interface Position {
  readonly segment: number;
  readonly offset: number;
}

export const START: Position = { segment: 0, offset: 0 };

export const isBefore = (a: Position, b: Position): boolean =>
  a.segment < b.segment || (a.segment === b.segment && a.offset < b.offset);

interface Waiting {
  readonly key: string;
  readonly line: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: Fault) => void;
}

export interface JournalOptions {
  readonly files: JournalFiles;
  readonly log: Log;
  /** Called after each sync. */
  readonly onDurable?: () => void;
  readonly segment_bytes_max?: number;
}

/**
 * The append-only file of decisions. One writer: what is appended while a sync runs goes out together with the next one.
 * An append resolves when its record is on disk, and rejects when it is not.
 */
export class Journal {
  readonly #files: JournalFiles;
  readonly #log: Log;
  readonly #onDurable: () => void;
  readonly #segment_bytes_max: number;
  /** Appends by key that are not shipped yet, durable or on their way. */
  readonly #appends: Map<string, Promise<void>>;
  #queue: Waiting[] = [];
  #file: SegmentFile;
  #durable: Position;
  #writing: Promise<void> | undefined;
  /** Something may lie behind the last synced line: it is cut before the next write. */
  #isTorn = false;
  #isClosed = false;

  private constructor(options: JournalOptions, file: SegmentFile, durable: Position, keys: readonly string[]) {
    this.#files = options.files;
    this.#log = options.log;
    this.#onDurable = options.onDurable ?? (() => {});
    this.#segment_bytes_max = options.segment_bytes_max ?? SEGMENT_BYTES_MAX;
    this.#file = file;
    this.#durable = durable;
    this.#appends = new Map(keys.map((key) => [key, Promise.resolve()]));
  }

  /** Opens the journal, and cuts off a last line that a crash tore. */
  static async open(options: JournalOptions): Promise<Journal> {
    const segments = await options.files.list();
    const last = segments.at(-1) ?? 1;
    const keys: string[] = [];
    let end = 0;
    for (const segment of segments) {
      const bytes = await options.files.read(segment);
      const decoded = decodeLines(bytes);
      keys.push(...decoded.records.map((record) => keyText(record.key)));
      if (decoded.damaged > 0)
        options.log.error({ segment, lines: decoded.damaged }, "The journal has damaged lines: check the disk.");
      if (segment === last) end = decoded.end;
    }
    const file = await options.files.open(last);
    await file.truncate(end);
    await file.sync();
    return new Journal(options, file, { segment: last, offset: end }, keys);
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
    if (this.#isClosed) return Promise.reject(unwritable(new Error("The journal is closed.")));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#queue.push({ key, line: encodeLine(record), resolve, reject });
    this.#appends.set(key, promise);
    this.#writing ??= this.#write();
    return promise;
  }

  /** Records from `from` on, and where they end. Only what is on disk. */
  async read(from: Position): Promise<{ readonly records: readonly DecisionRecord[]; readonly next: Position }> {
    const durable = this.#durable;
    if (!isBefore(from, durable)) return { records: [], next: from };
    const segments = (await this.#files.list()).filter((each) => each >= from.segment && each <= durable.segment);
    for (const segment of segments) {
      const at = segment === from.segment ? from.offset : 0;
      const bytes = await this.#piece(segment, at, durable);
      const { records, end } = decodeLines(bytes, SHIPMENT_RECORDS_MAX);
      if (records.length > 0) return { records, next: { segment, offset: at + end } };
    }
    return { records: [], next: durable };
  }

  /** Forgets what lies before `shipped`: the keys of `records`, and whole segments. */
  async forget(records: readonly DecisionRecord[], shipped: Position): Promise<void> {
    for (const record of records) this.#appends.delete(keyText(record.key));
    for (const segment of await this.#files.list())
      if (segment < shipped.segment && segment < this.#durable.segment) await this.#files.remove(segment);
  }

  /** Ends after the appends that are on their way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writing;
    await this.#file.close();
  }

  /** A piece of a segment that holds at least one whole line, as there may be a line longer than a piece. */
  async #piece(segment: number, at: number, durable: Position): Promise<Buffer> {
    for (let bytes_max = SHIPMENT_BYTES_MAX; ; bytes_max *= 2) {
      const wanted = segment === durable.segment ? Math.min(bytes_max, durable.offset - at) : bytes_max;
      const bytes = await this.#files.readFrom(segment, at, wanted);
      if (bytes.length < bytes_max || bytes.includes("\n")) return bytes;
    }
  }

  async #write(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      try {
        await this.#writeBatch(Buffer.concat(batch.map((each) => each.line)));
        for (const each of batch) each.resolve();
        this.#onDurable();
      } catch (error) {
        this.#isTorn = true;
        this.#log.error({ reason: String(error), records: batch.length }, "The journal could not be written.");
        for (const each of batch) {
          this.#appends.delete(each.key);
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
      this.#durable = { segment: segment + 1, offset: 0 };
    }
    const at = this.#durable.offset;
    await this.#file.write(bytes, at);
    await this.#file.sync();
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
