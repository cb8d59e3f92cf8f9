import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

/** The interpreter that has the clients, or why this machine can have none. */
export type Python = { readonly interpreter: string } | { readonly missing: string };

const root = resolve(import.meta.dirname, "..");
const requirements = join(root, "test/clients-python/requirements.txt");
const environment = join(root, ".cache/clients-python");
const interpreter = join(environment, "bin", "python");

/** What the pinned clients need themselves. */
const OLDEST = [3, 10] as const;
const SAID_CHARACTERS_MAX = 2000;

/**
 * Python with the clients of requirements.txt in an environment of its own, made once and again when that file or the
 * machine's Python changes. pip is run with the settings that the user has.
 * @throws Error with pip's last words when it cannot install them.
 */
export async function providePython(progress: (step: string) => void): Promise<Python> {
  const found = await machinePython();
  if ("missing" in found) return found;
  const wanted = createHash("sha256")
    .update(found.version)
    .update(await readFile(requirements))
    .digest("hex");
  const marker = join(environment, "installed");
  if ((await readFile(marker, "utf8").catch(() => "")) === wanted) return { interpreter };
  progress("Installing the Python clients into .cache/clients-python (once; about two minutes)");
  await rm(environment, { recursive: true, force: true });
  await mustRun("python3", ["-m", "venv", environment]);
  await mustRun(interpreter, ["-m", "pip", "install", "--quiet", "--requirement", requirements]);
  await writeFile(marker, wanted);
  return { interpreter };
}

const ASK = "import sys; print(*sys.version_info[:3], sep='.'); import venv, ensurepip";

/** The machine's own python3, if it can make environments for the clients. */
async function machinePython(): Promise<{ readonly version: string } | { readonly missing: string }> {
  const { status, said } = await run("python3", ["-c", ASK]);
  const version = /^(\d+)\.(\d+)\.\d+/m.exec(said);
  if (!version) return { missing: "python3 is not on this machine" };
  const [major, minor] = [Number(version[1]), Number(version[2])];
  if (major !== OLDEST[0] || minor < OLDEST[1])
    return { missing: `python3 is ${version[0]}, and the clients need ${OLDEST.join(".")} or newer` };
  if (status !== 0) return { missing: "python3 has no venv module (on Debian, the package python3-venv)" };
  return { version: version[0] };
}

async function mustRun(program: string, args: readonly string[]): Promise<void> {
  const { status, said } = await run(program, args);
  if (status !== 0) throw new Error(`'${program} ${args.slice(0, 3).join(" ")}' failed.\n${said}`);
}

/** Status and last words of a program; no status when there is no such program. */
function run(program: string, args: readonly string[]): Promise<{ readonly status?: number; readonly said: string }> {
  return new Promise((done) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    const hear = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-SAID_CHARACTERS_MAX);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("error", () => done({ said }));
    child.once("close", (status) => done({ ...(status !== null && { status }), said }));
  });
}
