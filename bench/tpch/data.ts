import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { provideTpch } from "../../tools/python.ts";

/** TPC-H at scale factor 1, as its own generator makes it: tables as Parquet files, queries, and the answers that they must have. */
export interface TpchData {
  readonly folder: string;
  /** Columns by table; types in the engine's spelling. */
  readonly tables: Readonly<Record<string, readonly { readonly name: string; readonly type: string }[]>>;
  readonly queries: readonly { readonly number: number; readonly text: string; readonly answer: string }[];
}

const CACHE = resolve(import.meta.dirname, "../../.cache/tpch-sf1");

/** Generated once, by the packages of requirements.txt. @throws Error when this machine has no Python for them. */
export async function tpchData(progress: (text: string) => void): Promise<TpchData> {
  const known = await read(CACHE);
  if (known) return known;
  const python = await provideTpch(progress);
  if ("missing" in python) throw new Error(`TPC-H cannot be generated: ${python.missing}.`);
  progress("generating TPC-H at scale factor 1");
  const half_made = `${CACHE}.half-made`;
  await rm(half_made, { recursive: true, force: true });
  await mkdir(half_made, { recursive: true });
  const child = spawn(python.interpreter, [join(import.meta.dirname, "generate.py"), half_made], { stdio: "inherit" });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`generate.py ended with ${code}; its output above says why.`);
  await rm(CACHE, { recursive: true, force: true });
  await rename(half_made, CACHE);
  const made = await read(CACHE);
  if (!made) throw new Error("generate.py wrote no tpch.json.");
  return made;
}

async function read(folder: string): Promise<TpchData | undefined> {
  const text = await readFile(join(folder, "tpch.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : { folder, ...(JSON.parse(text) as Omit<TpchData, "folder">) };
}
