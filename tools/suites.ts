import { globSync } from "node:fs";

/** What one command runs. */
export interface Suite {
  /** Each of them must run a test. A file belongs to the most specific folder that holds it, of whatever suite. */
  readonly folders: readonly string[];
  /** A file that takes longer hangs: it is ended and counted as failed. */
  readonly file_ms_max: number;
}

const MINUTE_MS = 60_000;

export const suites: Readonly<Record<string, Suite>> = {
  default: {
    folders: [
      "src",
      "test/agents",
      "test/attacks",
      "test/audit",
      "test/boot",
      "test/catalog",
      "test/clients",
      "test/data",
      "test/db",
      "test/durability",
      "test/gateway",
      "test/governance",
      "test/identity",
      "test/mcp",
      "test/models",
      "test/pii",
      "test/sample",
      "test/sql",
      "test/telemetry",
      "test/wire",
      "tools",
    ],
    file_ms_max: 10 * MINUTE_MS,
  },
  mutants: { folders: ["test/mutants"], file_ms_max: 15 * MINUTE_MS },
  long: { folders: ["test/long"], file_ms_max: 120 * MINUTE_MS },
  clients: { folders: ["test/clients-python", "test/third-party-idp"], file_ms_max: 10 * MINUTE_MS },
};

/** Every test file of the project, by its path within it. Folders whose names begin with a dot are no part of it. */
export function testFiles(root: string): readonly string[] {
  return globSync("**/*.test.ts", { cwd: root, exclude: ["**/node_modules/**", "**/.*/**"] }).sort();
}

/** The folder that a file belongs to; undefined when it is in none, so that no command would run it. */
export function folderOf(file: string): string | undefined {
  const holding = Object.values(suites)
    .flatMap(({ folders }) => folders)
    .filter((folder) => file.startsWith(`${folder}/`));
  return holding.sort((a, b) => b.length - a.length)[0];
}
