import { sha256 } from "./sha256.ts";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** A version byte, a hash of 20 bytes, a checksum of 4. */
const ADDRESS_BYTES = 25;

/** Whether a Bitcoin address's last four bytes are the beginning of the double SHA-256 of the others. */
export function isBase58Check(address: string): boolean {
  let value = 0n;
  for (const character of address) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return false;
    value = value * 58n + BigInt(digit);
  }
  const bytes = new Uint8Array(ADDRESS_BYTES);
  for (let i = ADDRESS_BYTES - 1; i >= 0; i -= 1) {
    bytes[i] = Number(value & 0xffn);
    value >>= 8n;
  }
  if (value !== 0n) return false;
  const sum = sha256(sha256(bytes.subarray(0, 21)));
  return [0, 1, 2, 3].every((i) => sum[i] === bytes[21 + i]);
}
