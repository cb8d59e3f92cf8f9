/** The layers of ARCHITECTURE.md as rules: a row names what a folder of src/ may import. */
const may = {
  base: [],
  wire: ["base"],
  kernel: ["base", "wire"],
  pii: ["base", "wire"],
  host: ["base"],
  db: ["base", "wire", "kernel", "host"],
  net: ["base", "wire", "host"],
  identity: ["base", "wire", "kernel", "host", "db", "net"],
  catalog: ["base", "wire", "kernel", "host", "db"],
  sql: ["base", "wire", "pii", "kernel", "host", "db"],
  models: ["base", "wire", "kernel", "host", "db", "net"],
  audit: ["base", "wire", "kernel", "host", "db"],
  secrets: ["base", "wire", "kernel", "host", "db"],
  telemetry: ["base", "wire", "kernel", "host"],
  mcp: ["base", "wire", "kernel", "host", "identity", "catalog", "sql", "models", "audit"],
  agents: ["base", "wire", "kernel", "host", "db", "net", "identity", "catalog", "sql", "models", "audit", "mcp"],
  gateway: ["base", "wire", "kernel", "host", "db", "pii", "models", "audit", "mcp", "agents"],
  api: [
    "base",
    "wire",
    "pii",
    "kernel",
    "host",
    "identity",
    "catalog",
    "sql",
    "models",
    "audit",
    "secrets",
    "mcp",
    "agents",
    "gateway",
    "telemetry",
  ],
  http: ["base", "wire", "kernel", "api"],
};

/** An npm package has one folder that owns it. */
const owners = {
  fastify: ["http"],
  pg: ["db"],
  kysely: ["db", "identity", "catalog", "sql", "audit", "secrets", "agents", "gateway"],
  "@duckdb": ["sql"],
  pyodide: ["sql"],
  "@energetic-ai": ["models"],
  ioredis: ["gateway"],
  jose: ["identity", "models"],
  "oidc-provider": ["identity"],
  "light-my-request": ["identity"],
  undici: ["net"],
  "@smithy": ["models"],
  "@peculiar/x509": ["net"],
  "@modelcontextprotocol/server": ["mcp"],
  "@opentelemetry": ["telemetry"],
  typebox: ["wire", "api", "http"],
};

const layers = Object.keys(may);
/** Modules whose only door for others is mod.ts. */
const doored = layers.filter((layer) => !["base", "wire", "api"].includes(layer));

module.exports = {
  forbidden: [
    ...layers.map((layer) => ({
      name: `layer-${layer}`,
      severity: "error",
      from: { path: `^src/${layer}/` },
      to: { path: `^src/`, pathNot: `^src/(${[layer, ...may[layer]].join("|")})/` },
    })),
    ...doored.map((layer) => ({
      name: `door-${layer}`,
      severity: "error",
      from: { path: "^src/", pathNot: `^src/${layer}/|\\.test\\.ts$` },
      to: { path: `^src/${layer}/`, pathNot: `^src/${layer}/mod\\.ts$` },
    })),
    {
      name: "permits-by-the-gate-only",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/kernel/(gate|mod)\\.ts$|^src/kernel/.*\\.ts$" },
      to: { path: "^src/kernel/permit\\.ts$" },
    },
    {
      name: "store-owns-the-database",
      severity: "error",
      from: {
        path: "^src/(identity|catalog|sql|audit|secrets|agents|models|gateway)/",
        pathNot: "/store(/|\\.ts$)|/mod\\.ts$|\\.test\\.ts$",
      },
      to: { path: "^src/db/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "kernel-is-pure",
      severity: "error",
      from: { path: "^src/(base|wire|kernel|pii)/", pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: ["core", "npm"], pathNot: "node_modules/typebox" },
    },
    ...Object.entries(owners).map(([name, folders]) => ({
      name: `owner-${name.replaceAll(/\W/g, "-")}`,
      severity: "error",
      from: { path: "^src/", pathNot: `^src/(${folders.join("|")})/|\\.test\\.ts$` },
      to: { path: `node_modules/${name}(/|$)` },
    })),
    {
      name: "no-cycles",
      comment:
        "The resolver is exempt: queries hold expressions that hold queries, and its functions call each other as they do.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/sql/resolve/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-orphans",
      severity: "error",
      from: { orphan: true, path: "^src/", pathNot: "\\.test\\.ts$|/child\\.ts$" },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.node.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      extensions: [".ts", ".js", ".mjs", ".json", ".d.ts"],
    },
  },
};
