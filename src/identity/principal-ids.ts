import type { IdSource } from "#base/ids.ts";

/**
 * A new principal's id: 16 digits, as on Databricks, below 2^53. Clients read it as a 64-bit integer, JavaScript as a double;
 * it is exact in both.
 */
export function mintPrincipalId(ids: IdSource): string {
  return String(1_000_000_000_000_000n + (BigInt(`0x${ids.hex(8)}`) % 8_000_000_000_000_000n));
}
