import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

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

/** Plants each violation in a copy of the sources and expects dependency-cruiser to name its rule. */
export function expectPlantedViolations(
  root: string,
  depcruise: (cwd: string, args: readonly string[]) => { readonly status: number; readonly output: string },
): { readonly status: number; readonly output: string } {
  const copy = mkdtempSync(join(root, ".tmp-planted-"));
  const unseen: string[] = [];
  try {
    for (const name of ["src", "package.json", "tsconfig.base.json", "tsconfig.node.json", ".dependency-cruiser.cjs"]) {
      cpSync(join(root, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    for (const [index, [, file, text]] of planted.entries()) {
      const path = join(copy, file.replace("planted.ts", `planted-${index}.ts`));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    const { output } = depcruise(copy, ["--config", ".dependency-cruiser.cjs", "--output-type", "err", "src"]);
    for (const [index, [rule, file]] of planted.entries()) {
      const name = file.replace("planted.ts", `planted-${index}.ts`);
      const named = output.split("\n").some((line) => line.includes(rule) && line.includes(name));
      if (!named) unseen.push(`${rule} did not refuse ${name}`);
    }
    return {
      status: unseen.length === 0 ? 0 : 1,
      output: unseen.length === 0 ? "" : `${unseen.join("\n")}\n${output}`,
    };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
