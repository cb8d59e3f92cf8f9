import { spawnSync } from "node:child_process";
import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expectPlantedViolations, type Ran } from "./planted.ts";

/** `npm run check`: types, lint, layers, dead code, and the proof that each of these bites. */
const root = resolve(import.meta.dirname, "..");
const tsc = join(root, "node_modules/@typescript/native/bin/tsc");
const bin = (name: string): string => join(root, "node_modules/.bin", name);

function run(program: string, args: readonly string[], cwd = root): Ran {
  const done = spawnSync(program, args, { cwd, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return { status: done.status ?? 1, output: `${done.stdout}${done.stderr}` };
}

const node = (args: readonly string[], cwd = root): Ran => run(process.execPath, args, cwd);

/** A setting of knip's that matches nothing any more is a failure too. */
const deadCode = ["--no-progress", "--treat-config-hints-as-errors"];

/** dependency-cruiser under another TypeScript cruises nothing and is green: the number of modules is part of the check. */
function layers(): Ran {
  const ran = node([bin("depcruise"), "--config", ".dependency-cruiser.cjs", "src"]);
  const cruised = Number(/\((\d+) modules/.exec(ran.output)?.[1] ?? 0);
  const sources = globSync("src/**/*.ts", { cwd: root }).length;
  if (ran.status === 0 && cruised < sources) {
    return { status: 1, output: `${ran.output}\nOnly ${cruised} modules were cruised of ${sources} sources.` };
  }
  return ran;
}

/** Each file of test/refused names the tool and the words by which it must be refused. */
function refused(): Ran {
  const compiled = node([tsc, "-p", "tsconfig.refused.json"]).output;
  const config = join(root, ".biome-refused.json");
  const biome = JSON.parse(readFileSync(join(root, "biome.json"), "utf8")) as { files: { includes: string[] } };
  const includes = biome.files.includes.filter((pattern) => pattern !== "!test/refused");
  writeFileSync(config, JSON.stringify({ ...biome, files: { ...biome.files, includes } }));
  const lint = (file: string): string =>
    node([bin("biome"), "lint", "--colors=off", `--config-path=${config}`, file]).output;
  const passed: string[] = [];
  for (const file of globSync("test/refused/*.ts", { cwd: root })) {
    const [, tool, words] = /^\/\/ refused by (tsc|biome): (.+)$/m.exec(readFileSync(join(root, file), "utf8")) ?? [];
    const said =
      tool === "tsc"
        ? compiled
            .split("\n")
            .filter((line) => line.startsWith(file))
            .join("\n")
        : lint(file);
    if (!words || !new RegExp(words).test(said)) passed.push(`${file} is not refused by ${tool} with ${words}`);
  }
  rmSync(config, { force: true });
  return { status: passed.length === 0 ? 0 : 1, output: passed.join("\n") };
}

const steps: readonly (readonly [string, () => Ran])[] = [
  ["types: base, wire, kernel, pii without I/O", () => node([tsc, "-p", "tsconfig.pure.json"])],
  ["types: everything", () => node([tsc, "-p", "tsconfig.node.json"])],
  ["lint and format", () => node([bin("biome"), "ci", "--colors=off", "--diagnostic-level=warn", "."])],
  ["layers", layers],
  ["docs/endpoints.md is what is declared", () => node(["tools/endpoints.ts", "--check"])],
  ["docs/scopes.md is what is declared", () => node(["tools/scopes.ts", "--check"])],
  ["dead code", () => node([bin("knip"), ...deadCode])],
  ["files that must be refused", refused],
  ["planted violations", () => expectPlantedViolations(root, (cwd, name, args) => node([bin(name), ...args], cwd))],
];

let failed = 0;
for (const [name, step] of steps) {
  const started_ms = Date.now();
  const { status, output } = step();
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${name} (${((Date.now() - started_ms) / 1000).toFixed(1)} s)`);
  if (status === 0) continue;
  failed += 1;
  console.log(output.trim().split("\n").slice(-80).join("\n"));
}
console.log(`${steps.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
