import { randomBytes, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exportJWK, generateKeyPair, type JWK } from "jose";

/** The provider's own keys. `signing` is the only one published: rotation removes the former one. */
export interface IdpKeys {
  readonly signing: JWK;
  readonly cookies: readonly string[];
}

/** Reads the keys in `data_dir`, mode 0600, making them at first start. */
export async function openKeys(data_dir: string): Promise<IdpKeys> {
  try {
    const { signing, cookies }: IdpKeys = JSON.parse(await readFile(pathOf(data_dir), "utf8"));
    return { signing, cookies };
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT")) throw thrown;
    return writeKeys(data_dir, { signing: await makeSigningKey(), cookies: [randomBytes(32).toString("hex")] });
  }
}

/** A new signing key in place of the present one. */
export async function rotateKeys(data_dir: string, present: IdpKeys): Promise<IdpKeys> {
  return writeKeys(data_dir, { ...present, signing: await makeSigningKey() });
}

async function makeSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: "RS256", use: "sig" };
}

async function writeKeys(data_dir: string, keys: IdpKeys): Promise<IdpKeys> {
  await mkdir(data_dir, { recursive: true, mode: 0o700 });
  await writeFile(`${pathOf(data_dir)}.new`, JSON.stringify(keys), { mode: 0o600 });
  await rename(`${pathOf(data_dir)}.new`, pathOf(data_dir));
  return keys;
}

const pathOf = (data_dir: string): string => join(data_dir, "keys.json");
