import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import type { Figure, FigureTable } from "../bench/figure.ts";
import { gatewayFirstToken } from "../bench/gateway/first-token.ts";
import { gateway } from "../bench/gateway/gateway.ts";
import { gatewayLatency } from "../bench/gateway/latency.ts";
import { gatewayMemory } from "../bench/gateway/memory.ts";
import { otherGateways } from "../bench/gateway/other-gateways.ts";
import { governedSelect } from "../bench/governed-select.ts";
import { manyTables } from "../bench/many-tables.ts";
import { mcpCalls } from "../bench/mcp-calls.ts";
import { pii } from "../bench/pii/pii.ts";
import type { Quartiles } from "../bench/quartiles.ts";
import { tpch } from "../bench/tpch/tpch.ts";
import { verifiedRequests } from "../bench/verified-requests.ts";

/**
 * `npm run bench`: measures every figure beside its baseline, prints it, and writes docs/figures.md. `npm run bench -- <name>...` measures
 * and prints these alone.
 */
const root = resolve(import.meta.dirname, "..");
const FIGURES = join(root, "docs", "figures.md");

type Measure = (progress: (text: string) => void) => Promise<readonly (Figure | FigureTable)[]>;

const measured: Readonly<Record<string, Measure>> = {
  governedSelect,
  tpch,
  manyTables,
  gateway,
  otherGateways,
  gatewayLatency,
  gatewayFirstToken,
  gatewayMemory,
  mcpCalls,
  verifiedRequests,
  pii,
};

const named = process.argv.slice(2);
const unknown = named.find((name) => !Object.hasOwn(measured, name));
if (unknown !== undefined) {
  console.error(`There is no measurement '${unknown}'. Known: ${Object.keys(measured).join(", ")}.`);
  process.exit(1);
}
const wanted = named.length === 0 ? Object.keys(measured) : named;

const git = (...args: string[]): string => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();

/** The commit that was measured; marked when files of the measured tree differ from it. */
function commit(): string {
  const changed = git("status", "--porcelain", "--", "src", "bench", "package-lock.json") !== "";
  return `${git("rev-parse", "--short", "HEAD")}${changed ? ", changed" : ""}`;
}

const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

const spread = ({ median, q1, q3 }: Quartiles, unit: string): string =>
  `${number(median)} ${unit} (${number(q1)} to ${number(q3)})`;

const load = (): string => loadavg()[0]!.toFixed(1);

const started = { at: new Date(), load: load(), commit: commit() };
const all: (Figure | FigureTable)[] = [];
for (const name of wanted) all.push(...(await measured[name]!((text) => console.log(`${text} ...`))));
const figures = all.filter((one) => "ratio" in one);
const tables = all.filter((one) => "rows" in one);

const lines = figures.map((one) =>
  [
    one.name,
    one.baseline_name,
    spread(one.ours, one.unit),
    spread(one.baseline, one.unit),
    one.ratio < 0.1 ? one.ratio.toPrecision(2) : one.ratio.toFixed(2),
    one.self_check.toFixed(2),
    String(one.rounds),
  ].join(" | "),
);
const notes = figures.flatMap((one) => (one.note ? [`- ${one.name}: ${one.note}`] : []));
const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const sections = tables.map(({ title, columns, rows, note }) =>
  [`## ${title}`, "", row(columns), row(columns.map(() => "---")), ...rows.map(row), ...(note ? ["", note] : [])].join(
    "\n",
  ),
);
for (const line of [...lines, ...notes, ...sections]) console.log(line);
if (named.length > 0) process.exit(0);
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, ${process.platform}`;
writeFileSync(
  FIGURES,
  `# Figures

Each figure is a ratio to a named baseline that was measured beside it, alternating, in the same minutes. Medians, with lower and upper
quartile in brackets. The self check is the ratio of the baseline to itself, taken in the same rounds: it says how far from 1 a ratio
may be for no reason. A ratio of times is better when small, one of calls per second when large.

| figure | baseline | ours | the baseline | ratio | self check | rounds |
|---|---|---|---|---|---|---|
${lines.map((line) => `| ${line} |`).join("\n")}

${notes.join("\n")}

${sections.join("\n\n")}

## Measured

- command: \`npm run bench\`
- commit: ${started.commit}
- machine: ${machine}; load average ${started.load} when it began and ${load()} when it ended
- date: ${started.at.toISOString().slice(0, "YYYY-MM-DD".length)}
`,
);
console.log(`Written to ${FIGURES}.`);
// The Postgres of the measurements lives until its parent ends.
process.exit(0);
