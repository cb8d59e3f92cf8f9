import { crc32 } from "node:zlib";
import type { DecisionRecord, JournalRow, RecordKey } from "#kernel/mod.ts";

const NEWLINE = 0x0a;
const CHECKSUM_CHARACTERS = 8;
/** Where a line's text begins: behind the checksum and a blank. */
const TEXT_AT = CHECKSUM_CHARACTERS + 1;

/** The record's key as one text: what makes it unique in the journal and in Postgres. */
export function keyText(key: RecordKey): string {
  return `${key.request_id}/${key.hop}/${key.permit}/${key.phase}`;
}

/** The record as JSON that Postgres takes. */
export const recordText = (record: DecisionRecord): string => storableText(record);

/**
 * JSON that Postgres and the engine take: they know neither NUL nor half a surrogate pair, and texts may hold either. Both are written
 * as escapes, which hardly any text has otherwise: only then is each looked at, which takes ten times as long.
 */
function storableText(kept: DecisionRecord | JournalRow): string {
  const text = JSON.stringify(kept);
  if (!text.includes("\\u")) return text;
  return JSON.stringify(kept, (_, value: unknown) =>
    typeof value === "string" ? value.toWellFormed().replaceAll("\u0000", "\uFFFD") : value,
  );
}

/** Stands before a row's text, where a record's has its brace. */
const ROW_MARK = "+";
const ROW_MARK_BYTE = ROW_MARK.charCodeAt(0);

/** One line of a segment: checksum, blank, record, newline. */
export const encodeLine = (record: DecisionRecord): Buffer => lineOf(recordText(record));

/** A line that holds a row on its way to a table: the mark comes before its text. */
export const encodeRow = (row: JournalRow): Buffer => lineOf(`${ROW_MARK}${storableText(row)}`);

const lineOf = (text: string): Buffer => Buffer.from(`${checksum(text)} ${text}\n`);

/** The lines of a piece of a segment. `end` is where the last intact line ends: behind it the last write was torn. */
export interface Decoded {
  /** Records as JSON: most are carried on as they are. */
  readonly records: readonly string[];
  readonly rows: readonly JournalRow[];
  /** Bytes of the rows' lines. */
  readonly row_bytes: number;
  readonly end: number;
  /** Lines before `end` that are not what was written. */
  readonly damaged: number;
}

export interface Wanted {
  /** Lines of the other kind are passed over, unread. */
  readonly kind?: "record" | "row";
  /** Lines read at most. */
  readonly lines_max?: number;
}

/** Reads whole lines from the front of `bytes`. A line whose checksum is wrong is neither record nor row. */
export function decodeLines(bytes: Buffer, { kind, lines_max = Number.POSITIVE_INFINITY }: Wanted = {}): Decoded {
  const records: string[] = [];
  const rows: JournalRow[] = [];
  let row_bytes = 0;
  let end = 0;
  let damaged = 0;
  let unsure = 0;
  for (let start = 0; records.length + rows.length < lines_max; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    if (newline < 0) break;
    const isRow = bytes[start + TEXT_AT] === ROW_MARK_BYTE;
    const line = bytes.subarray(start, newline);
    const at = start;
    start = newline + 1;
    const isPassed = kind !== undefined && isRow !== (kind === "row");
    const text = isPassed ? "" : intactText(line);
    if (text === undefined) {
      unsure += 1;
      continue;
    }
    if (isRow && !isPassed) {
      rows.push(JSON.parse(text.slice(ROW_MARK.length)) as JournalRow);
      row_bytes += start - at;
    } else if (!isPassed) records.push(text);
    damaged += unsure;
    unsure = 0;
    end = start;
  }
  return { records, rows, row_bytes, end, damaged };
}

function intactText(line: Buffer): string | undefined {
  const text = line.subarray(TEXT_AT);
  return line.toString("latin1", 0, CHECKSUM_CHARACTERS) === checksum(text) ? text.toString("utf8") : undefined;
}

function checksum(text: Buffer | string): string {
  return crc32(text).toString(16).padStart(CHECKSUM_CHARACTERS, "0");
}
