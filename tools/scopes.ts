import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { actions } from "#kernel/mod.ts";
import { opens, type Scope, scopes } from "#wire/scopes.ts";
import { endpoints } from "../src/api/all.ts";
import type { Endpoint } from "../src/api/endpoint.ts";

/** Writes docs/scopes.md from the declarations. With `--check` it writes nothing and fails when the file is another one. */
const file = fileURLToPath(new URL("../docs/scopes.md", import.meta.url));

const HEAD = `# Scopes

Generated from the declarations in \`src/api/\`, \`src/kernel/actions.ts\` and \`src/wire/scopes.ts\` by \`node tools/scopes.ts\`;
\`npm run check\` fails when it is stale.

Beside each endpoint stands every scope by which a token opens it: its own, those that contain it, and their other names.
\`all-apis\` opens each of them and is left out. Open endpoints need no token.

| endpoint | opened by |
|---|---|
`;

const isOpenedBy = ({ scope, action }: Endpoint, held: Scope): boolean =>
  scope !== undefined &&
  action !== undefined &&
  opens(held, scope) &&
  actions[action].scopes.some((wanted) => opens(held, wanted));

const FOOT = `
These open nothing by themselves, since what they are for is not served here:
`;

function lineOf(endpoint: Endpoint): string {
  const words = scopes.filter((word) => word !== "all-apis" && isOpenedBy(endpoint, word));
  return `| ${endpoint.method} \`${endpoint.path}\` | ${words.map((word) => `\`${word}\``).join(", ")} |`;
}

const governed = endpoints.filter((one) => one.scope !== undefined);
const idle = scopes.filter((word) => !governed.some((one) => isOpenedBy(one, word)));
const written = `${HEAD}${governed.map(lineOf).join("\n")}\n${FOOT}${idle.map((word) => `\`${word}\``).join(", ")}.\n`;
if (!process.argv.includes("--check")) writeFileSync(file, written);
else if (readFileSync(file, "utf8") !== written) {
  console.log("docs/scopes.md is stale. Run: node tools/scopes.ts");
  process.exitCode = 1;
}
