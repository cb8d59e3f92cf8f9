/** Appends to the journal in the directory it is given, several at a time, and says each id once it is acknowledged. */
import { writeSync } from "node:fs";
import { silentLog } from "#base/log.ts";
import { openJournalFiles } from "../../src/audit/files.ts";
import { Journal } from "../../src/audit/journal.ts";
import { lineageOf, recordOf } from "./records.ts";

const STREAMS = 4;
const RECORDS_MAX = 100_000;

const journal = await Journal.open({ files: await openJournalFiles(process.argv[2] ?? ""), log: silentLog });

async function appendEvery(first: number): Promise<void> {
  for (let number = first; number < RECORDS_MAX; number += STREAMS) {
    const outcome = { status: "ok", lineage: lineageOf(`request-${number}`) } as const;
    const record = recordOf(number, { outcome });
    await journal.append(record);
    writeSync(1, `${record.key.request_id}\n`);
  }
}

await Promise.all(Array.from({ length: STREAMS }, (_, first) => appendEvery(first)));
