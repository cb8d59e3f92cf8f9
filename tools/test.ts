import { relative, resolve } from "node:path";
import { runFile } from "./run-file.ts";
import { folderOf, type Suite, suites, testFiles } from "./suites.ts";

/**
 * `npm test` and its siblings: one Postgres for all files, a line for each file, at the end what could not run here and why,
 * and one line that counts. `--suite name` runs another suite than the default one; files named as arguments are run alone.
 */
const root = resolve(import.meta.dirname, "..");

const FILES_AT_ONCE = 2;
/** How often those that still run are named. */
const PROGRESS_MS = 30_000;
/** A shell's status of what was interrupted: 128 + SIGINT. */
const INTERRUPTED = 130;

/** What happened so far. */
const count = { passed: 0, failed: 0 };
const unable: string[] = [];
const folders = new Set<string>();
const stopped = new AbortController();

function fail(what: string): void {
  count.failed += 1;
  console.log(`FAIL ${what}`);
}

/** Runs files a few at a time, in the order given. */
async function runFiles(files: readonly string[], file_ms_max: number): Promise<void> {
  const waiting = [...files];
  const running = new Map<string, number>();
  const progress = setInterval(() => {
    for (const [file, began_ms] of running) console.log(`...  ${file} (${secondsSince(began_ms)} so far)`);
  }, PROGRESS_MS);
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined && !stopped.signal.aborted; file = waiting.shift()) {
      running.set(file, Date.now());
      await runOne(file, file_ms_max, `${files.length - waiting.length}/${files.length}`);
      running.delete(file);
    }
  };
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, work));
  clearInterval(progress);
}

async function runOne(file: string, file_ms_max: number, place: string): Promise<void> {
  const began_ms = Date.now();
  const hangs = new AbortController();
  const timer = setTimeout(
    () => hangs.abort(new Error(`It took longer than ${file_ms_max / 1000} s and was ended.`)),
    file_ms_max,
  );
  const report = await runFile(resolve(root, file), AbortSignal.any([hangs.signal, stopped.signal]));
  clearTimeout(timer);
  count.passed += report.passed;
  count.failed += report.failed;
  unable.push(...report.unable.map((one) => `${file}: ${one}`));
  if (report.passed > 0) folders.add(folderOf(file) ?? "");
  const sum = `${report.passed} passed${report.failed > 0 ? `, ${report.failed} failed` : ""}`;
  console.log(`${report.failed > 0 ? "FAIL" : "ok  "} ${file}: ${sum} (${place}, ${secondsSince(began_ms)})`);
  for (const line of report.lines) console.log(line);
}

const secondsSince = (began_ms: number): string => `${((Date.now() - began_ms) / 1000).toFixed(1)} s`;

/** Installs what a suite's files need, so that it counts into no file's time; each of them says itself what it lacks. */
async function provide(suite: string): Promise<void> {
  const progress = (step: string): void => console.log(`${step} ...`);
  if (suite === "clients") {
    await (await import("./python.ts")).providePython(progress);
    await (await import("./python.ts")).provideSmallModel(progress);
    await (await import("./llama.ts")).provideLlama(progress);
    await (await import("./keycloak.ts")).provideKeycloak(progress);
  } else if (suite === "long") {
    await (await import("./databricks-cli.ts")).provideDatabricksCli(progress);
    await (await import("./chromium.ts")).provideChromium(progress);
  }
}

/** A whole suite: also that each of its folders ran a test, and that no test file is left out of all suites. */
async function runSuite(name: string, { folders: wanted, file_ms_max }: Suite): Promise<void> {
  const files = testFiles(root);
  for (const file of files) if (folderOf(file) === undefined) fail(`${file} belongs to no suite: tools/suites.ts`);
  await provide(name);
  await runFiles(
    files.filter((file) => wanted.includes(folderOf(file) ?? "")),
    file_ms_max,
  );
  for (const folder of wanted) if (!folders.has(folder)) fail(`${folder} ran no test`);
}

/** The tests' Postgres: one of the run's own, unless whoever starts it has one. */
async function withCluster(work: () => Promise<void>): Promise<void> {
  if (process.env.LAKEWARD_TEST_CLUSTER) return work();
  console.log("Starting Postgres for the tests ...");
  const { startSharedCluster } = await import("../test/world/database.ts");
  await using cluster = await startSharedCluster();
  process.env.LAKEWARD_TEST_CLUSTER = cluster.url;
  await work();
}

async function sayHoles(): Promise<void> {
  const { holes } = await import("./holes.ts");
  const found = holes();
  console.log(["Statuses of endpoints without a test:", ...(found.length > 0 ? found : ["none"])].join("\n  "));
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => stopped.abort(new Error("The run was interrupted.")));

const [flag, ...rest] = process.argv.slice(2);
const name = flag === undefined ? "default" : flag === "--suite" ? (rest[0] ?? "") : undefined;
const suite = suites[name ?? "default"];
try {
  if (!suite) throw new Error(`Unknown suite '${name}'. Known: ${Object.keys(suites).join(", ")}.`);
  const named = process.argv.slice(2).map((file) => relative(root, resolve(file)));
  await withCluster(() => (name === undefined ? runFiles(named, suite.file_ms_max) : runSuite(name, suite)));
  if (name === "default") await sayHoles();
} catch (cause) {
  fail(cause instanceof Error ? cause.message : String(cause));
}
if (unable.length > 0) console.log(["Could not run on this machine:", ...unable].join("\n  "));
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exit(stopped.signal.aborted ? INTERRUPTED : count.failed === 0 ? 0 : 1);
