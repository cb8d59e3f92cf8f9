import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Where the sample organisation keeps its things within the data directory. */
export const sampleFiles = (data_dir: string) => {
  const root = join(data_dir, "sample");
  return {
    root,
    /** E-mail and password of each person, for whoever owns the data directory. */
    logins: join(root, "logins.json"),
    /** The identity provider's own directory. */
    idp: join(root, "idp"),
    idp_users: join(root, "idp", "users.json"),
    /** Port and client of the identity provider; its issuer URL holds the port, so that it stays. */
    idp_settings: join(root, "idp.json"),
    /** There once the tables hold their data. Afterwards row filters hide it from the loader too, so it cannot look. */
    filled: join(root, "filled.json"),
    /** There once everything is loaded. What is dropped afterwards stays dropped. */
    loaded: join(root, "loaded.json"),
  };
};

/** Writes a file whole or not at all, readable by its owner alone. */
export async function writePrivate(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}

/** The parsed file, or undefined when there is none. */
export async function readPrivate<T>(path: string): Promise<T | undefined> {
  try {
    const parsed: T = JSON.parse(await readFile(path, "utf8"));
    return parsed;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw cause;
  }
}
