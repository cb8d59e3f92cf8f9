import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { mustRun, type Provided } from "./install.ts";

/**
 * `npm run install:llama`: what runs a GGUF model, by its own lock file in `runtimes/llama`. The builds for graphics cards are many
 * times as large, and come with `-- --gpu`.
 */
const folder = resolve(import.meta.dirname, "../runtimes/llama");
const VERSION = "3.21.1";

/** Packages that hold llama.cpp built for the machine's own processor. */
const builds: Readonly<Record<string, string>> = {
  "linux-x64": "linux-x64",
  "linux-arm64": "linux-arm64",
  "darwin-arm64": "mac-arm64-metal",
  "darwin-x64": "mac-x64",
};

/** Installs it, when it is not there. @throws Error with npm's last words. */
export async function provideLlama(progress: (step: string) => void, isForGpu = false): Promise<Provided> {
  const build = builds[`${process.platform}-${process.arch}`];
  if (!build) return { missing: `node-llama-cpp has no build for ${process.platform}-${process.arch} here` };
  const path = `${folder}/node_modules/node-llama-cpp`;
  if (!isForGpu && existsSync(path) && existsSync(`${folder}/node_modules/@node-llama-cpp/${build}`)) return { path };
  progress("Installing node-llama-cpp into runtimes/llama (once)");
  // Nothing is built or downloaded beside: install scripts stay off.
  const given = ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const wanted = isForGpu ? ["--include=optional"] : ["--omit=optional", `@node-llama-cpp/${build}@${VERSION}`];
  await mustRun("npm", [...given, ...wanted], { cwd: folder });
  return { path };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { gpu: { type: "boolean", default: false } } });
  const provided = await provideLlama((step) => console.log(`${step} ...`), values.gpu);
  if ("missing" in provided) throw new Error(provided.missing);
  console.log(`Installed. LAKEWARD_MODEL=/path/to/model.gguf npm start serves a model.`);
}
