import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** How a program ended, and what it said. */
export interface Ran {
  readonly status: number;
  readonly output: string;
}

/** Runs a program of node_modules/.bin. */
type RunIn = (cwd: string, program: string, args: readonly string[]) => Ran;

/** One violation for each kind of rule: the file to plant, what it says, and the rule that must refuse it. */
const planted: readonly (readonly [rule: string, file: string, text: string])[] = [
  ["layer-kernel", "src/kernel/planted.ts", 'export { createAudit } from "#audit/mod.ts";\n'],
  ["layer-catalog", "src/catalog/planted.ts", 'export type { Identity } from "#identity/mod.ts";\n'],
  ["layer-wire", "src/wire/planted.ts", 'export { decide } from "#kernel/mod.ts";\n'],
  ["layer-audit", "src/audit/planted.ts", 'export { createCatalogModule } from "#catalog/mod.ts";\n'],
  ["layer-identity", "src/identity/planted.ts", 'export { createHttpServer } from "#http/mod.ts";\n'],
  ["door-kernel", "src/catalog/planted.ts", 'export { Gate } from "#kernel/gate.ts";\n'],
  ["door-db", "src/catalog/store/planted.ts", 'export { openDatabase } from "#db/database.ts";\n'],
  ["permits-by-the-gate-only", "src/audit/planted.ts", 'export { issuePermit } from "#kernel/permit.ts";\n'],
  ["kernel-is-pure", "src/kernel/planted.ts", 'export { readFileSync } from "node:fs";\n'],
  ["owner-jose", "src/catalog/planted.ts", 'export { jwtVerify } from "jose";\n'],
  ["owner-pg", "src/audit/planted.ts", 'export { Client } from "pg";\n'],
  ["store-owns-the-database", "src/identity/planted.ts", 'export { bumpGovernance } from "#db/mod.ts";\n'],
];

/** What knip must name: a file that nothing imports (each of those above), an export, a dependency. */
const DEAD_EXPORT = ["src/base/ids.ts", "plantedExport"] as const;
const DEAD_DEPENDENCY = "planted-dependency";

/** Plants each violation in a copy of the sources and expects dependency-cruiser and knip to name it. */
export function expectPlantedViolations(root: string, run: RunIn): Ran {
  mkdirSync(join(root, ".tmp"), { recursive: true });
  const copy = mkdtempSync(join(root, ".tmp", "planted-"));
  try {
    const files = plant(root, copy);
    const cruised = run(copy, "depcruise", ["--config", ".dependency-cruiser.cjs", "--output-type", "err", "src"]);
    // The copy lies where git ignores everything.
    const knipped = run(copy, "knip", ["--no-progress", "--no-gitignore"]);
    const unseen = [
      ...planted.flatMap(([rule], i) => unnamed(cruised.output, rule, files[i]!)),
      ...files.flatMap((file) => unnamed(knipped.output, "", file)),
      ...unnamed(knipped.output, ...DEAD_EXPORT),
      ...unnamed(knipped.output, DEAD_DEPENDENCY, "package.json"),
    ];
    if (unseen.length === 0) return { status: 0, output: "" };
    return { status: 1, output: [...unseen, cruised.output, knipped.output].join("\n") };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Copies what the rules are about and plants into it. @returns the planted files' paths in the copy. */
function plant(root: string, copy: string): readonly string[] {
  const settings = [
    "tsconfig.base.json",
    "tsconfig.node.json",
    "tsconfig.json",
    ".dependency-cruiser.cjs",
    "knip.jsonc",
  ];
  for (const name of ["src", "samples", "tools", ...settings]) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { dependencies: object };
  const dependencies = { ...manifest.dependencies, [DEAD_DEPENDENCY]: "1.0.0" };
  writeFileSync(join(copy, "package.json"), JSON.stringify({ ...manifest, dependencies }));
  appendFileSync(join(copy, DEAD_EXPORT[0]), `export const ${DEAD_EXPORT[1]} = 1;\n`);
  return planted.map(([, file, text], index) => {
    const named = file.replace("planted.ts", `planted-${index}.ts`);
    mkdirSync(dirname(join(copy, named)), { recursive: true });
    writeFileSync(join(copy, named), text);
    return named;
  });
}

/** Says so when no line holds both. */
function unnamed(output: string, rule: string, file: string): readonly string[] {
  const isNamed = output.split("\n").some((line) => line.includes(rule) && line.includes(file));
  return isNamed ? [] : [`${rule || "dead code"} did not refuse ${file}`];
}
