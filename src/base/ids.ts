import { randomBytes } from "node:crypto";

/** A source of unique ids. Passed in wherever ids are minted, so that tests can fix them. */
export interface IdSource {
  /** A UUID of version 7: its text order is its order of creation, to the millisecond. */
  uuid(): string;
  /** `bytes` random bytes, as lower-case hexadecimal. */
  hex(bytes: number): string;
}

const VERSION_7 = 0x70;
const VARIANT_RFC_9562 = 0x80;

/** RFC 9562 section 5.7: 48 bits of Unix time in milliseconds, then random bits. */
export function uuidV7(now_ms: number, random: Uint8Array): string {
  const bytes = new Uint8Array(16);
  bytes.set(random.subarray(0, 16));
  let rest = now_ms;
  for (let i = 5; i >= 0; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = (bytes[6]! & 0x0f) | VERSION_7;
  bytes[8] = (bytes[8]! & 0x3f) | VARIANT_RFC_9562;
  const hex = Buffer.from(bytes).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Ids from the operating system's random source. */
export const systemIds: IdSource = {
  uuid: () => uuidV7(Date.now(), randomBytes(16)),
  hex: (bytes) => randomBytes(bytes).toString("hex"),
};
