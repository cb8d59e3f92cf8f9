import { globSync } from "node:fs";
import { resolve } from "node:path";
import { run } from "node:test";
import { startSharedCluster } from "../test/world/database.ts";
import { holes } from "./holes.ts";
import { providePython } from "./python.ts";

/** `npm test` and its siblings: one Postgres cluster for the run, progress by file, one closing line that counts. */
const root = resolve(import.meta.dirname, "..");

/** What each suite runs. A pattern that matches no file is a failure: a suite that ran nothing proved nothing. */
const suites: Readonly<Record<string, readonly string[]>> = {
  default: [
    "src/base/**/*.test.ts",
    "src/{kernel,host,net,identity,catalog,audit,models,agents,http,api,wire,db,mcp}/**/*.test.ts",
    "src/sql/**/*.test.ts",
    "src/*.test.ts",
    "test/{data,db,identity,catalog,audit,agents,sql,governance,wire,clients,mcp,attacks,boot,sample}/**/*.test.ts",
  ],
  mutants: ["test/**/mutants.test.ts"],
  clients: ["test/clients-python/**/*.test.ts"],
  long: ["test/long/**/*.test.ts"],
};

/** Installs what the suite needs beyond npm's packages; without that its tests would say nothing. */
async function provide(): Promise<void> {
  try {
    await providePython((step) => console.log(`${step} ...`));
  } catch (cause) {
    console.log(`FAIL ${cause instanceof Error ? cause.message : String(cause)}\n0 passed, 1 failed`);
    process.exit(1);
  }
}

/** A file that hangs is a failure, named. The one of mutants runs a server for each of them. */
const FILE_MS_MAX = 180_000;
const MUTANTS_MS_MAX = 600_000;
const FILES_AT_ONCE = 2;

const suite = process.argv[process.argv.indexOf("--suite") + 1];
const name = process.argv.includes("--suite") && suite ? suite : "default";
const patterns = suites[name];
if (!patterns) throw new Error(`Unknown suite '${name}'. Known: ${Object.keys(suites).join(", ")}.`);
const files = patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).map((file) => resolve(root, file));

let passed = 0;
let failed = 0;
const ran = new Set<string>();
/** Tests that this machine lacks something for, with what that is. */
const notRun: string[] = [];
if (name === "clients") await provide();
const cluster = await startSharedCluster();
process.env.LAKEWARD_TEST_CLUSTER = cluster.url;
const timeout = name === "mutants" ? MUTANTS_MS_MAX : FILE_MS_MAX;
const stream = run({ files, concurrency: FILES_AT_ONCE, timeout });
for await (const event of stream) {
  // The table of mutants and doors is what that suite is read for.
  if (event.type === "test:stdout" && name === "mutants") process.stdout.write(event.data.message);
  if (event.type !== "test:pass" && event.type !== "test:fail") continue;
  const { data } = event;
  if (event.type === "test:pass" && data.skip !== undefined) {
    if (data.file) ran.add(data.file);
    notRun.push(`${data.file?.slice(root.length + 1)}: ${data.name}: ${data.skip}`);
    continue;
  }
  const isFile = data.details.type === "suite" || data.name === data.file;
  if (data.file && !isFile) ran.add(data.file);
  if (event.type === "test:fail" && data.details.error?.cause !== undefined) {
    const why = data.details.error.cause;
    console.log(
      `FAIL ${data.file?.slice(root.length + 1)}: ${data.name}\n${why instanceof Error ? why.stack : String(why)}\n`,
    );
  }
  if (isFile && event.type === "test:pass") {
    if (data.nesting === 0 && data.file) console.log(`ok   ${data.file.slice(root.length + 1)}: ${data.name}`);
    continue;
  }
  if (event.type === "test:pass") passed += 1;
  else failed += 1;
}
await cluster[Symbol.asyncDispose]();
const idle = files.filter((file) => !ran.has(file));
for (const file of idle) console.log(`FAIL ${file.slice(root.length + 1)} ran no test`);
if (passed === 0) console.log(`FAIL the suite '${name}' ran no test`);
/** Endpoints and the statuses of theirs that nothing tests; the suite that tests them is the default one. */
const untested = name === "default" ? holes() : [];
for (const hole of untested) console.log(`HOLE ${hole}`);
if (name === "default") console.log(`${untested.length} holes in the tests of endpoints`);
if (notRun.length > 0) console.log(["Could not run on this machine:", ...notRun].join("\n  "));
failed += idle.length + untested.length + (passed === 0 ? 1 : 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
