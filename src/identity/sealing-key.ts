import { createHash, randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const SEALING_KEY_BYTES = 32;

/** The key that seals the data key, and where it came from. */
export interface SealingKey {
  readonly key: Buffer;
  /** `file`: it lies beside the data it seals, so a stolen data directory opens; the operator is to be warned. */
  readonly from: "master key" | "file";
}

/**
 * The sealing key: derived from `master_key` (LAKEWARD_MASTER_KEY, at least 32 characters of the operator's own randomness), or
 * else read from `<data_dir>/sealing-key`, mode 0600, made at first start.
 * @throws Error when the master key is too short or the file is damaged.
 */
export async function openSealingKey(data_dir: string, master_key?: string): Promise<SealingKey> {
  if (master_key !== undefined && master_key !== "") {
    if (master_key.length < SEALING_KEY_BYTES)
      throw new Error("LAKEWARD_MASTER_KEY is too short. Make one by: openssl rand -hex 32");
    return { key: createHash("sha256").update(`lakeward sealing key\n${master_key}`).digest(), from: "master key" };
  }
  const path = join(data_dir, "sealing-key");
  const key = Buffer.from((await readOrMake(data_dir, path)).trim(), "hex");
  if (key.length !== SEALING_KEY_BYTES) throw new Error(`${path} is damaged. Restore it from a backup.`);
  return { key, from: "file" };
}

/** Linked into place whole, so that a crash leaves no half a key and a second process never makes another one. */
async function readOrMake(data_dir: string, path: string): Promise<string> {
  const present = await readFile(path, "utf8").catch(orUndefined("ENOENT"));
  if (present !== undefined) return present;
  await mkdir(data_dir, { recursive: true, mode: 0o700 });
  const made = `${path}.${process.pid}.new`;
  await writeFile(made, `${randomBytes(SEALING_KEY_BYTES).toString("hex")}\n`, { mode: 0o600, flush: true });
  await link(made, path).catch(orUndefined("EEXIST"));
  await rm(made);
  return readFile(path, "utf8");
}

function orUndefined(code: string): (thrown: unknown) => undefined {
  return (thrown) => {
    if (thrown instanceof Error && "code" in thrown && thrown.code === code) return undefined;
    throw thrown;
  };
}
