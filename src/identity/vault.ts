import { hkdfSync } from "node:crypto";
import type { Sealed, Sealing } from "#kernel/mod.ts";
import { seal, unseal } from "./seal.ts";
import type { keyStore } from "./store/keys.ts";

/** Seals values by the deployment's data key, and derives other keys from it. */
export interface Vault extends Sealing {
  seal(purpose: string, value: Uint8Array): { readonly data_key_id: string; readonly sealed: Buffer };
  unseal(purpose: string, value: Sealed): Buffer;
  /** A sealed text that a browser may carry and bring back. */
  carry(purpose: string, value: object): string;
  /** What was carried, or undefined for what this deployment did not seal for this purpose. */
  carried<T>(purpose: string, text: string): T | undefined;
  /** 32 bytes of key material that nothing else gets, the same at every start. */
  derive(purpose: string): Buffer;
}

const DERIVED_BYTES = 32;

/** Opens the vault once the key set has made the data key. */
export async function openVault(store: ReturnType<typeof keyStore>, sealing_key: Uint8Array): Promise<Vault> {
  const row = await store.dataKey();
  if (!row) throw new Error("The deployment has no data key. Restart the server to make one.");
  const key = unseal(sealing_key, `data-key:${row.id}`, row.sealed);
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync("sha256", key, "", `lakeward ${purpose}`, DERIVED_BYTES));
  const carriage = derive("carried");
  return {
    carry: (purpose, value) => seal(carriage, purpose, Buffer.from(JSON.stringify(value))).toString("base64url"),
    carried: <T>(purpose: string, text: string): T | undefined => {
      try {
        const value: T = JSON.parse(unseal(carriage, purpose, Buffer.from(text, "base64url")).toString());
        return value;
      } catch {
        return undefined;
      }
    },
    seal: (purpose, value) => ({ data_key_id: row.id, sealed: seal(key, purpose, value) }),
    unseal: (purpose, value) => {
      if (value.data_key_id !== row.id) throw new Error(`'${purpose}' was sealed by another data key.`);
      return unseal(key, purpose, Buffer.from(value.sealed));
    },
    derive,
  };
}
