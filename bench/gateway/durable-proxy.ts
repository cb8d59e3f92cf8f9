/** The baseline of the gateway's latency, a process of its own: appends question and answer to a file and syncs it before the answer leaves. */
import { open } from "node:fs/promises";
import { passOn } from "./passing.ts";

const file = await open(`${process.argv[2]!}.log`, "a");
let waiting: Buffer[] = [];
let next: Promise<void> | undefined;

/** What comes while a write runs goes out together with the next one. */
async function write(after: Promise<void> | undefined): Promise<void> {
  await after;
  const batch = Buffer.concat(waiting);
  waiting = [];
  next = undefined;
  await file.appendFile(batch);
  await file.datasync();
}

let last: Promise<void> | undefined;
passOn((asked, answered) => {
  waiting.push(asked, answered, Buffer.from("\n"));
  if (!next) {
    next = write(last);
    last = next;
  }
  return next;
});
