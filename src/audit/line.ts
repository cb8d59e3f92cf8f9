import { crc32 } from "node:zlib";
import type { DecisionRecord, RecordKey } from "#kernel/mod.ts";

const NEWLINE = 0x0a;
const CHECKSUM_CHARACTERS = 8;

/** The record's key as one text: what makes it unique in the journal and in Postgres. */
export function keyText(key: RecordKey): string {
  return `${key.request_id}/${key.hop}/${key.permit}/${key.phase}`;
}

/** The record as JSON that Postgres takes: it knows neither NUL nor half a surrogate pair, and names may hold either. */
export function recordText(record: DecisionRecord): string {
  return JSON.stringify(record, (_, value: unknown) =>
    typeof value === "string" ? value.toWellFormed().replaceAll("\u0000", "\uFFFD") : value,
  );
}

/** One line of a segment: checksum, blank, record, newline. */
export function encodeLine(record: DecisionRecord): Buffer {
  const text = Buffer.from(recordText(record));
  return Buffer.concat([Buffer.from(`${checksum(text)} `), text, Buffer.from("\n")]);
}

/** The lines of a piece of a segment. `end` is where the last intact line ends: behind it the last write was torn. */
export interface Decoded {
  readonly records: readonly DecisionRecord[];
  readonly end: number;
  /** Lines before `end` that are not what was written. */
  readonly damaged: number;
}

/** Reads whole lines from the front of `bytes`, at most `records_max`. A line whose checksum is wrong is no record. */
export function decodeLines(bytes: Buffer, records_max = Number.POSITIVE_INFINITY): Decoded {
  const records: DecisionRecord[] = [];
  let end = 0;
  let damaged = 0;
  let unsure = 0;
  for (let start = 0; records.length < records_max; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    if (newline < 0) break;
    const text = intactText(bytes.subarray(start, newline));
    start = newline + 1;
    if (text === undefined) {
      unsure += 1;
      continue;
    }
    records.push(JSON.parse(text) as DecisionRecord);
    damaged += unsure;
    unsure = 0;
    end = start;
  }
  return { records, end, damaged };
}

function intactText(line: Buffer): string | undefined {
  const text = line.subarray(CHECKSUM_CHARACTERS + 1);
  return line.toString("latin1", 0, CHECKSUM_CHARACTERS) === checksum(text) ? text.toString("utf8") : undefined;
}

function checksum(text: Buffer): string {
  return crc32(text).toString(16).padStart(CHECKSUM_CHARACTERS, "0");
}
