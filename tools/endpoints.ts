import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { actions, type What } from "#kernel/mod.ts";
import { endpoints } from "../src/api/all.ts";
import type { Endpoint } from "../src/api/endpoint.ts";

/**
 * Writes docs/endpoints.md from the declarations. With `--check` it writes nothing and fails when the file is another one.
 */
const file = fileURLToPath(new URL("../docs/endpoints.md", import.meta.url));

/** The first that fits a path is its area. */
const areas: readonly (readonly [area: string, paths: RegExp])[] = [
  ["Signing in", /^\/(oidc|\.well-known)\//],
  ["Users, groups and service principals", /\/scim\/v2\//],
  ["The account", /^\/api\/2\.[01]\/accounts\//],
  ["Personal access tokens", /^\/api\/2\.0\/token(-management)?\//],
  ["Secrets", /^\/api\/2\.0\/secrets\//],
  ["Unity Catalog", /^\/api\/2\.1\/unity-catalog\//],
  ["Governed tags", /^\/api\/2\.(1\/tag-policies|0\/preview\/accounts\/access-control\/rule-sets)(\/|$)/],
  ["Lineage", /^\/api\/2\.0\/lineage-tracking\//],
  ["Permissions of warehouses and serving endpoints", /^\/api\/2\.0\/permissions\//],
  ["Serving", /^((\/api\/2\.0)?\/serving-endpoints|\/ai-gateway)(\/|$)/],
  ["SQL", /^\/api\/2\.0\/(sql\/|lakeward\/explain-governance$)/],
  ["MCP", /^\/api\/2\.0\/mcp\//],
  ["Operation", /^\/metrics$/],
];

const HEAD = `# Endpoints

Generated from the declarations in \`src/api/\` by \`node tools/endpoints.ts\`; \`npm run check\` fails when it is stale.

A governed endpoint names the scope that the token needs, and the action on a securable that the gate decides on before anything
runs. An open one says why it is open. The last column is the shape of its errors: \`databricks\` (\`error_code\`, \`message\`,
\`details\`), \`oauth\` (RFC 6749), \`scim\` (RFC 7644) or \`jsonrpc\` (JSON-RPC 2.0). \`{name...}\` may hold slashes.
`;

const TABLE = "| method | path | scope | action | errors |\n|---|---|---|---|---|";

function documentOf(declared: readonly Endpoint[]): string {
  const byArea = Map.groupBy(declared, areaOf);
  const sections = areas
    .filter(([area]) => byArea.has(area))
    .map(([area]) => `\n## ${area}\n\n${TABLE}\n${byArea.get(area)!.map(lineOf).join("\n")}\n`);
  return `${HEAD}${sections.join("")}`;
}

function areaOf({ path }: Endpoint): string {
  const found = areas.find(([, paths]) => paths.test(path));
  if (!found) throw new Error(`${path} belongs to no area of tools/endpoints.ts: add one.`);
  return found[0];
}

function lineOf(endpoint: Endpoint): string {
  const { method, path, scope, errors } = endpoint;
  const cells = [method, `\`${path}\``, scope ? `\`${scope}\`` : "", actionOf(endpoint), errors ?? "databricks"];
  return `| ${cells.join(" | ")} |`;
}

function actionOf(endpoint: Endpoint): string {
  if (!endpoint.action) return `open: ${endpoint.open}`;
  return `\`${endpoint.action}\` on ${kindsOf(endpoint).join(", ")}`;
}

/** The kind of securable that the endpoint asks about; all kinds that the action knows when its path tells the kind. */
function kindsOf({ action, what, input }: Endpoint): readonly string[] {
  const names = Object.keys((input as { properties?: object }).properties ?? {});
  const sample = Object.fromEntries(names.map((name) => [name, "a.b.c"]));
  try {
    return [(what as (input: object) => What)(sample).type];
  } catch {
    return actions[action!].on;
  }
}

const written = documentOf(endpoints);
if (!process.argv.includes("--check")) writeFileSync(file, written);
else if (readFileSync(file, "utf8") !== written) {
  console.log("docs/endpoints.md is stale. Run: node tools/endpoints.ts");
  process.exitCode = 1;
}
