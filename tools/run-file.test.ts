import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

const directory = mkdtempSync(join(tmpdir(), "lakeward-runner-"));
after(() => rmSync(directory, { recursive: true }));

/** Starts the project's runner on files with these texts; none of them uses the tests' Postgres. */
function startRunner(texts: readonly string[]) {
  const files = texts.map((text, i) => {
    const file = join(directory, `${i}.test.mjs`);
    writeFileSync(file, `import test, { after, before, describe, it } from "node:test";\n${text}`);
    return file;
  });
  // Told that it is within a test, the runner would run nothing.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return spawn(process.execPath, [join(import.meta.dirname, "test.ts"), ...files], {
    env: { ...env, LAKEWARD_TEST_CLUSTER: "not used" },
  });
}

interface Ran {
  readonly code: number | null;
  readonly lines: readonly string[];
}

async function ran(runner: ReturnType<typeof startRunner>): Promise<Ran> {
  let said = "";
  for (const stream of [runner.stdout, runner.stderr])
    stream.setEncoding("utf8").on("data", (part: string) => {
      said += part;
    });
  const [code] = await once(runner, "close");
  return { code, lines: said.trim().split("\n") };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const ERROR = 'throw new Error("the reason");';
const NEVER = "new Promise((end) => setTimeout(end, 1e6))";

const failing: readonly (readonly [what: string, text: string, sum: string])[] = [
  ["a failing test, once", `describe("s", () => { it("a", () => { ${ERROR} }); });`, "0 passed, 1 failed"],
  ["a hook that fails before all", `before(() => { ${ERROR} }); test("a", () => {});`, "0 passed, 1 failed"],
  ["a hook that fails after all", `after(() => { ${ERROR} }); test("a", () => {});`, "1 passed, 1 failed"],
  [
    "a hook of a suite that fails",
    `describe("s", () => { after(() => { ${ERROR} }); it("a", () => {}); });`,
    "1 passed, 1 failed",
  ],
  ["an error when the file is loaded", ERROR, "0 passed, 1 failed"],
  [
    "an error that comes after its test",
    `test("a", () => { setTimeout(() => { ${ERROR} }, 20); }); test("b", () => new Promise((end) => setTimeout(end, 200)));`,
    "2 passed, 1 failed",
  ],
  [
    "an exit before the end, though its status is 0",
    `test("a", () => {}); test("b", () => { setTimeout(() => process.exit(0), 20); return ${NEVER}; });`,
    "1 passed, 1 failed",
  ],
  ["a process that is killed", 'test("a", () => process.kill(process.pid, "SIGKILL"));', "0 passed, 1 failed"],
  ["a test that is left to do", 'test.todo("a", () => {});', "0 passed, 1 failed"],
  ["a test skipped without a reason", 'test.skip("a", () => {}); test("b", () => {});', "1 passed, 1 failed"],
  ["a file without tests", "", "0 passed, 1 failed"],
  ["a suite without tests", 'describe("s", () => {});', "0 passed, 1 failed"],
];

describe("the runner of the tests counts as failed", () => {
  let all: Ran;
  before(async () => {
    all = await ran(startRunner(failing.map(([, text]) => text)));
  });

  for (const [i, [what, , sum]] of failing.entries())
    it(what, () => {
      const line = all.lines.find((one) => one.includes(`${i}.test.mjs: `)) ?? "";
      assert.ok(line.startsWith("FAIL ") && line.includes(` ${sum} (`), all.lines.join("\n"));
    });

  it("all that failed, by one last line and its status, with the reason of each", () => {
    assert.deepEqual([all.lines.at(-1), all.code], ["6 passed, 12 failed", 1]);
    const at = all.lines.indexOf("FAIL a");
    assert.match(all.lines[at + 1] ?? "", /^ {5}Error: the reason$/);
  });
});

describe("the runner of the tests", () => {
  it("counts tests, not suites, shows what they note, and exits with 0 when all passed", async () => {
    const text = 'test("a", (t) => t.diagnostic("20 rounds")); describe("s", () => { it("b", () => {}); });';
    const { code, lines } = await ran(startRunner([text]));
    assert.deepEqual([lines.at(-1), code], ["2 passed, 0 failed", 0]);
    assert.ok(lines.includes("     20 rounds"));
  });

  it("names what could not run and why above the last line, and counts it neither way", async () => {
    const text =
      'test("a", () => {}); test("b", { skip: "no root" }, () => {}); test("c", (t) => t.skip("no python"));';
    const { code, lines } = await ran(startRunner([text]));
    const [heading, first = "", second = "", sum] = lines.slice(-4);
    assert.deepEqual([heading, sum, code], ["Could not run on this machine:", "1 passed, 0 failed", 0]);
    assert.match(first, /0\.test\.mjs: b: no root$/);
    assert.match(second, /0\.test\.mjs: c: no python$/);
  });

  it("ends its files and sums up when it is interrupted", async () => {
    const begun = join(directory, "begun");
    const text = `import { writeFileSync } from "node:fs"; test("a", () => {}); test("b", () => { writeFileSync("${begun}", String(process.pid)); return ${NEVER}; });`;
    const runner = startRunner([text]);
    const ending = ran(runner);
    while (runner.exitCode === null && !existsSync(begun)) await sleep(20);
    runner.kill("SIGINT");
    const { code, lines } = await ending;
    // What had passed may not have been told yet.
    assert.match(lines.at(-1) ?? "", /^[01] passed, 1 failed$/);
    assert.equal(code, 130);
    const pid = Number(readFileSync(begun, "utf8"));
    for (let tries = 0; tries < 400 && isAlive(pid); tries += 1) await sleep(25);
    assert.equal(isAlive(pid), false);
  });
});
