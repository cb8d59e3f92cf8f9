import { type CryptoKey, exportJWK, exportPKCS8, generateKeyPair, importJWK, importPKCS8, type JWK } from "jose";
import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import { KEY_SET_AGE_MAX_MS } from "./limits.ts";
import { seal, unseal } from "./seal.ts";
import type { keyStore, SigningKeyRow } from "./store/keys.ts";

const SIGNING_ALGORITHM = "RS256";
const DATA_KEY_BYTES = 32;

interface VerifyingKey {
  readonly kid: string;
  readonly key: CryptoKey;
  readonly jwk: JWK;
}

interface LoadedKeys {
  readonly at_ms: number;
  readonly signing: { readonly kid: string; readonly key: CryptoKey };
  readonly verifying: ReadonlyMap<string, VerifyingKey>;
}

/** The one key set of this deployment: signs and verifies access tokens. Private keys lie sealed in Postgres. */
export interface KeySet {
  signing(): Promise<LoadedKeys["signing"]>;
  /** The same key as a private JWK, for the authorization server. */
  signingJwk(): Promise<{ readonly kid: string; readonly jwk: JWK }>;
  /** The public key of that id, or undefined: also for a key that was dropped meanwhile, by this process or another. */
  verifying(kid: string): Promise<CryptoKey | undefined>;
  /** Public keys, as `/oidc/jwks.json` says them (RFC 7517 section 5). */
  jwks(): Promise<{ readonly keys: readonly JWK[] }>;
  /**
   * Signs with a new key from now on. Earlier keys keep verifying, unless `drop_earlier`: then every token they signed is
   * refused at once. Returns the new key's id.
   */
  rotate(options?: { readonly drop_earlier?: boolean }): Promise<string>;
}

interface KeySetPorts {
  readonly store: ReturnType<typeof keyStore>;
  readonly sealing_key: Uint8Array;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** Opens the key set, making data key and signing key at first start. @throws Error when the sealing key is another than theirs. */
export async function openKeySet(ports: KeySetPorts): Promise<KeySet> {
  await ports.store.locked(async (transaction) => {
    const present = await ports.store.signingKeys(transaction);
    if (present.length === 0) await makeSigningKey(ports, transaction);
  });
  let loaded = await loadKeys(ports);
  const fresh = async (): Promise<LoadedKeys> => {
    if (ports.clock.now_ms() - loaded.at_ms >= KEY_SET_AGE_MAX_MS) loaded = await loadKeys(ports);
    return loaded;
  };
  return {
    signing: async () => (await fresh()).signing,
    signingJwk: async () => {
      const { kid, key } = (await fresh()).signing;
      return { kid, jwk: { ...(await exportJWK(key)), alg: SIGNING_ALGORITHM, use: "sig" } };
    },
    verifying: async (kid) => (await fresh()).verifying.get(kid)?.key,
    jwks: async () => ({ keys: [...(await fresh()).verifying.values()].map(({ jwk }) => jwk) }),
    rotate: async (options) => {
      const kid = await ports.store.locked(async (transaction) => {
        const made = await makeSigningKey(ports, transaction);
        if (options?.drop_earlier) await ports.store.removeSigningKeysBut(transaction, made);
        return made;
      });
      loaded = await loadKeys(ports);
      return kid;
    },
  };
}

type StoreTransaction = Parameters<KeySetPorts["store"]["insertSigningKey"]>[0];

async function makeSigningKey(ports: KeySetPorts, transaction: StoreTransaction): Promise<string> {
  const { store, clock, ids } = ports;
  const data = await dataKey(ports, transaction);
  const pair = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const kid = ids.uuid();
  const { kty, n, e } = await exportJWK(pair.publicKey);
  await store.insertSigningKey(transaction, {
    kid,
    data_key_id: data.id,
    public_jwk: { kty: kty!, n: n!, e: e!, alg: SIGNING_ALGORITHM, use: "sig", kid },
    sealed_private: seal(data.key, `signing-key:${kid}`, Buffer.from(await exportPKCS8(pair.privateKey))),
    created_at: new Date(clock.now_ms()),
  });
  return kid;
}

async function dataKey(ports: KeySetPorts, transaction: StoreTransaction): Promise<{ id: string; key: Buffer }> {
  const { store, sealing_key, clock, ids } = ports;
  const present = await store.dataKey(undefined, transaction);
  if (present) return { id: present.id, key: unseal(sealing_key, `data-key:${present.id}`, present.sealed) };
  const made = { id: ids.uuid(), key: Buffer.from(ids.hex(DATA_KEY_BYTES), "hex") };
  const sealed = seal(sealing_key, `data-key:${made.id}`, made.key);
  await store.insertDataKey(transaction, { id: made.id, sealed, created_at: new Date(clock.now_ms()) });
  return made;
}

async function loadKeys(ports: KeySetPorts): Promise<LoadedKeys> {
  const at_ms = ports.clock.now_ms();
  const rows = await ports.store.signingKeys();
  const [newest] = rows;
  if (!newest) throw new Error("The deployment has no signing key. Restart the server to make one.");
  const verifying = await Promise.all(rows.map(verifyingKey));
  return {
    at_ms,
    signing: { kid: newest.kid, key: await privateKey(ports, newest) },
    verifying: new Map(verifying.map((each) => [each.kid, each])),
  };
}

async function verifyingKey({ kid, public_jwk }: SigningKeyRow): Promise<VerifyingKey> {
  const key = await importJWK(public_jwk, SIGNING_ALGORITHM);
  if (key instanceof Uint8Array) throw new TypeError(`The signing key ${kid} is not an RSA key.`);
  return { kid, key, jwk: public_jwk };
}

async function privateKey({ store, sealing_key }: KeySetPorts, row: SigningKeyRow): Promise<CryptoKey> {
  const data = await store.dataKey(row.data_key_id);
  if (!data) throw new Error(`The data key of signing key ${row.kid} is gone. Restore it from a backup.`);
  const opened = unseal(sealing_key, `data-key:${data.id}`, data.sealed);
  const text = unseal(opened, `signing-key:${row.kid}`, row.sealed_private).toString();
  return importPKCS8(text, SIGNING_ALGORITHM, { extractable: true });
}
