import assert from "node:assert/strict";
import { readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { canIsolate, killGroup, spawnInterpreter } from "#sql/python/spawn.ts";
import { ADMIN, READER, setting } from "../../../sql/setting.ts";
import { type SqlWorld, sqlWorld } from "../../../sql/world.ts";

const skip = canIsolate() ? false : "this machine gives a process no namespaces of its own";

/** Long enough for an interpreter on a loaded machine to answer, short enough to wait for. */
const TIME_MS = 6000;

/** Text within a SQL string. */
const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** Brings back what `caller.py` shut: it is one line of Python for whoever wants it. */
const reopened = `import sys
for m in [k for k, v in sys.modules.items() if v is None]: del sys.modules[m]
`;

/** Finds every object of the host's language that is left in the interpreter. */
const proxies = `${reopened}import gc
from _pyodide_core import JsException
found = [o for o in gc.get_objects() if 'Js' in type(o).__name__]
`;

/** Code that must come to nothing: an exception, or a text without anything of the server's. */
const attempts: Readonly<Record<string, string>> = {
  "import js": "import js\nreturn js.process.env.CANARY",
  "import js, with its modules back": `${reopened}import js\nreturn js.process.env.CANARY`,
  pyodide_js: "import pyodide_js\nreturn str(pyodide_js._module)",
  "pyodide_js, with its modules back": `${reopened}import pyodide_js\nreturn str(pyodide_js._module)`,
  run_js: "from pyodide.code import run_js\nreturn run_js('process.env.CANARY')",
  "run_js, with its modules back": `${reopened}from pyodide.code import run_js\nreturn str(run_js('process.env.CANARY'))`,
  "constructor.constructor of a host's object": `${proxies}return str([o.constructor.constructor('return process.env.CANARY')() for o in found])`,
  "what the core module lends": `${reopened}import _pyodide_core\nreturn str(_pyodide_core.run_js('process.env.CANARY'))`,
  "ctypes, to read the host's environment": `${reopened}import ctypes\nreturn str(ctypes.CDLL(None).getenv(b'CANARY'))`,
  "a file of the machine's": "return open('/etc/passwd').read()",
  "a file of the machine's by its process": "return open('/proc/self/environ').read()",
  "a file of the server's": "return open(CANARY_FILE).read()",
  "the folders of the machine": "import os\nreturn str(os.listdir('/etc'))",
  "a mount of the machine's files": `${reopened}import pyodide_js\npyodide_js.mountNodeFS('/mnt', '/etc')\nreturn open('/mnt/passwd').read()`,
  "environment variables": "import os\nreturn str(dict(os.environ))",
  "a socket": "import socket\ns = socket.create_connection(('127.0.0.1', PORT), 2)\nreturn str(s.recv(10))",
  urllib: "import urllib.request\nreturn urllib.request.urlopen('http://127.0.0.1:PORT', timeout=2).read().decode()",
  "js.fetch": `${reopened}from js import fetch\nreturn str(fetch('http://127.0.0.1:PORT'))`,
  XMLHttpRequest: `${reopened}from js import XMLHttpRequest\nreturn str(XMLHttpRequest.new())`,
  "pyodide.http": `${reopened}from pyodide.http import open_url\nreturn open_url('http://127.0.0.1:PORT').read()`,
  subprocess: "import subprocess\nreturn subprocess.run(['id'], capture_output=True).stdout.decode()",
  fork: "import os\nreturn str(os.fork())",
  "signals to other processes": "import os\nreturn str(os.kill(PID, 9))",
  "a thread": "import threading\nthreading.Thread(target=print).start()\nreturn 'started'",
  "the end of the interpreter's own process": "import sys\nsys.exit(1)",
  recursion: "def f(): return f()\nreturn f()",
};

describe("hostile Python", { skip }, () => {
  let world: SqlWorld;
  let port: number;
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.end("CANARY\n");
  });
  before(async () => {
    process.env.CANARY = "CANARY of the environment";
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as { port: number }).port;
    world = await sqlWorld({ python: { time_ms: TIME_MS } });
    for (const statement of setting) await world.must(ADMIN, statement);
    // Runs a text as a function's body, and says what came of it.
    await world.must(
      ADMIN,
      `CREATE FUNCTION lake.s.attempt(code STRING) RETURNS STRING LANGUAGE PYTHON AS $$
        import textwrap
        space = {}
        try:
            exec("def attempted():\\n" + textwrap.indent(code, "    "), space)
            return "made " + str(space["attempted"]())
        except BaseException as thrown:
            return "failed " + type(thrown).__name__
      $$`,
    );
  });
  after(async () => {
    delete process.env.CANARY;
    server.close();
    await world[Symbol.asyncDispose]();
  });
  const attempt = (code: string) => world.run(READER, `SELECT attempt(${quoted(code)})`);

  it("comes to nothing in any way that is known", async () => {
    const texts = Object.entries(attempts).map(([title, code]) => {
      const filled = code
        .replaceAll("PORT", String(port))
        .replaceAll("PID", String(process.pid))
        .replaceAll("CANARY_FILE", JSON.stringify(join(world.data_dir, "tables")));
      return `(${quoted(title)}, ${quoted(filled)})`;
    });
    const { rows } = await world.must(
      READER,
      `SELECT title, attempt(code) FROM VALUES ${texts.join(", ")} AS a(title, code)`,
    );
    assert.equal(rows.length, Object.keys(attempts).length);
    const told = Object.fromEntries(rows) as Record<string, string>;
    const open = [
      "environment variables",
      "ctypes, to read the host's environment",
      "constructor.constructor of a host's object",
    ];
    for (const [title, outcome] of Object.entries(told)) {
      assert.doesNotMatch(outcome, /CANARY|root:|lakeward|DATABASE|\/work|\/home\/(?!pyodide)/, title);
      if (!open.includes(title)) assert.match(outcome, /^failed /, `${title}: ${outcome}`);
    }
    assert.equal(connections, 0);
  });

  for (const [title, code] of Object.entries({
    "os.system": "import os\nreturn str(os.system('id'))",
    "system by ctypes": `${reopened}import ctypes\nreturn str(ctypes.CDLL(None).system(b'id'))`,
    "the host's script by ctypes": `${reopened}import ctypes\nctypes.CDLL(None).emscripten_run_script(b'process.kill(process.ppid)')\nreturn 'ran'`,
    "a wild pointer": `${reopened}import ctypes\nreturn str(ctypes.string_at(2**31))`,
    "an exit of the process": "import os\nos._exit(0)",
  }))
    it(`${title} ends its own process and nothing else`, async () => {
      const { error, rows } = await attempt(code);
      if (error === undefined) assert.match(String(rows[0]?.[0]), /^failed /);
      else assert.match(error, /^\[UDF_USER_CODE_ERROR\.PROCESS_ENDED\]/);
      assert.deepEqual((await world.must(READER, "SELECT count(*) FROM t")).rows, [["3"]]);
    });

  it("has a network without interfaces, and sees no process but its own", () => {
    const child = spawnInterpreter(1280);
    try {
      for (const kind of ["net", "user", "ipc"] as const) {
        const own = readlinkSync(`/proc/self/ns/${kind}`);
        let theirs = own;
        for (let tries = 0; theirs === own && tries < 200; tries += 1) {
          theirs = readlinkSync(`/proc/${child.pid}/ns/${kind}`);
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
        }
        assert.notEqual(theirs, own);
      }
      assert.notEqual(
        readlinkSync(`/proc/${child.pid}/ns/pid_for_children`),
        readlinkSync("/proc/self/ns/pid_for_children"),
      );
    } finally {
      killGroup(child);
    }
  });

  it("keeps nothing between two statements, of one caller or two", async () => {
    await world.must(
      ADMIN,
      `CREATE FUNCTION lake.s.remember(x STRING) RETURNS STRING LANGUAGE PYTHON AS $$
        import sys, builtins, json
        global kept
        kept = globals().get("kept", []) + [x]
        sys.modules["kept"] = sys.modules.get("kept") or []
        sys.modules["kept"].append(x)
        builtins.kept = getattr(builtins, "kept", []) + [x]
        json.dumps = lambda value, old=json.dumps: old(value)
        open("/tmp/kept", "a").write(x)
        return str([kept, sys.modules["kept"], builtins.kept, open("/tmp/kept").read()])
      $$`,
    );
    for (const by of [ADMIN, READER, READER]) {
      const word = `secret of ${by}`;
      const { rows } = await world.must(by, `SELECT remember(${quoted(word)})`);
      assert.deepEqual(rows, [[`[['${word}'], ['${word}'], ['${word}'], '${word}']`]]);
    }
  });

  it("does not tell the caller's own call what a view's call was given", async () => {
    await world.must(
      ADMIN,
      "CREATE VIEW lake.s.remembering AS SELECT id, lake.s.remember(owner) IS NULL AS r FROM lake.vault.gold",
    );
    const { rows } = await world.must(READER, "SELECT max(r), max(remember(CAST(id AS STRING))) FROM remembering");
    assert.doesNotMatch(JSON.stringify(rows), /@x\.org/);
  });

  it("ends at its time limit, and nobody waits for it", async () => {
    await world.must(
      ADMIN,
      "CREATE FUNCTION lake.s.forever(x INT) RETURNS INT LANGUAGE PYTHON AS $$ while True: pass $$",
    );
    const looping = world.run(READER, "SELECT forever(1)");
    const started = performance.now();
    await world.must(ADMIN, "SELECT count(*) FROM t");
    assert.ok(performance.now() - started < TIME_MS, "a neighbour waited");
    assert.match((await looping).error ?? "", /^\[UDF_USER_CODE_ERROR\.TIME_LIMIT\] .*'lake\.s\.forever' was stopped/);
  });

  it("ends at its memory limit", async () => {
    const { error } = await attempt("held = []\nwhile True: held.append(bytearray(50_000_000))");
    assert.ok(error === undefined || /PROCESS_ENDED/.test(error), error);
  });

  it("floods nothing with what it prints, returns or says when it fails", async () => {
    const printed = await attempt("for _ in range(2000): print('x' * 10_000)\nreturn 'printed'");
    assert.deepEqual(printed.rows, [["made printed"]]);
    await world.must(
      ADMIN,
      "CREATE FUNCTION lake.s.flood(n INT) RETURNS STRING LANGUAGE PYTHON AS $$ return 'x' * (n * 1000000) $$",
    );
    assert.match(
      (await world.run(READER, "SELECT flood(2)")).error ?? "",
      /RETURN_TYPE\] .* more than 1000000 characters/,
    );
    const many = await world.run(
      READER,
      "SELECT count(flood(CAST(id % 2 AS INT))), max(length(flood(1))) FROM range(10)",
    );
    assert.deepEqual(many.rows, [["10", "1000000"]]);
    await world.must(
      ADMIN,
      "CREATE FUNCTION lake.s.rage(x INT) RETURNS INT LANGUAGE PYTHON AS $$ raise Exception('y' * 1000000) $$",
    );
    assert.ok((await world.run(READER, "SELECT rage(1)")).error!.length < 600);
  });

  it("says what went wrong in its caller's text, and nothing of it in a view's", async () => {
    await world.must(
      ADMIN,
      `CREATE FUNCTION lake.s.blab(x STRING) RETURNS STRING LANGUAGE PYTHON AS $$
        y = x
        raise ValueError("I saw " + y)
      $$`,
    );
    await world.must(
      ADMIN,
      "CREATE VIEW lake.s.blabbing AS SELECT id FROM lake.vault.gold WHERE lake.s.blab(owner) = 'x'",
    );
    assert.match(
      (await world.run(READER, "SELECT blab('me')")).error ?? "",
      /'lake\.s\.blab' failed in line 3 of its body: ValueError: I saw me/,
    );
    const { error } = await world.run(READER, "SELECT * FROM blabbing");
    assert.match(error ?? "", /UDF_USER_CODE_ERROR\.GENERIC\] .* Ask that owner/);
    assert.doesNotMatch(error ?? "", /saw|@x\.org/);
  });
});
