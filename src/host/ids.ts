import { randomFillSync } from "node:crypto";
import type { IdSource } from "#base/ids.ts";

const VERSION_7 = 0x70;
const VARIANT_RFC_9562 = 0x80;

/** RFC 9562 section 5.7: 48 bits of Unix time in milliseconds, then random bits. */
function uuidV7(now_ms: number, random: Buffer): string {
  const bytes = Buffer.from(random.subarray(0, 16));
  bytes.writeUIntBE(now_ms, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | VERSION_7;
  bytes[8] = (bytes[8]! & 0x3f) | VARIANT_RFC_9562;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Random bytes are fetched so many at once: a request needs some dozens, and each fetching costs as much as a thousand. */
const POOL_BYTES = 4096;
const pool = Buffer.allocUnsafeSlow(POOL_BYTES);
let used = POOL_BYTES;

/** Bytes that nobody has had before. They are overwritten later: what is made of them is made at once. */
function random(bytes: number): Buffer {
  if (bytes > POOL_BYTES) return randomFillSync(Buffer.alloc(bytes));
  if (used + bytes > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.subarray(used - bytes, used);
}

/** Ids from the operating system's random source. */
export const systemIds: IdSource = {
  uuid: () => uuidV7(Date.now(), random(16)),
  hex: (bytes) => random(bytes).toString("hex"),
};
