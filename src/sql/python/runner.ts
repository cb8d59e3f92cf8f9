/**
 * The first code of an interpreter's process. It runs under Node's permission model, loads Python, shuts what it needed for that, and
 * then passes texts between the inherited pipe (descriptor 3) and `caller.py`. Not imported by the server.
 */

import { constants, readFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { Socket } from "node:net";
import os from "node:os";
import { createInterface } from "node:readline";
import { loadPyodide } from "pyodide";
import type { ToInterpreter } from "./protocol.ts";

const refuse = (): never => {
  throw Object.assign(new Error("A Python function may not do this."), { code: "ERR_ACCESS_DENIED" });
};

const shut = (of: object, name: string): void => {
  Object.defineProperty(of, name, { value: refuse, writable: false, configurable: false });
};

/** Pyodide asks Node for the numbers of its file flags in a way that the permission model refuses. */
function lendFileFlags(): void {
  const binding = (name: string): object => (name === "constants" ? { fs: constants } : refuse());
  Object.defineProperty(process, "binding", { value: binding, configurable: true });
}

/** What the permission model leaves open and no function needs: signals to other processes, and ways to the network. */
function shutTheRest(): void {
  for (const name of [
    "binding",
    "_linkedBinding",
    "dlopen",
    "kill",
    "_kill",
    "_debugProcess",
    "_debugEnd",
    "setuid",
    "setgid",
  ])
    shut(process, name);
  os.setPriority = refuse;
  Socket.prototype.connect = refuse;
  syncBuiltinESMExports();
  for (const name of ["fetch", "WebSocket", "EventSource", "XMLHttpRequest", "Worker", "BroadcastChannel"])
    shut(globalThis, name);
}

type Entry = (text: string) => string;

const pipe = new Socket({ fd: 3, readable: true, writable: true });
pipe.on("close", () => process.exit(0));

lendFileFlags();
const silent = (): void => {};
const python = await loadPyodide({
  jsglobals: Object.create(null),
  stdout: silent,
  stderr: silent,
  env: { HOME: "/home/pyodide", _: "python" },
});
for (const name of ["js", "pyodide_js"]) python.unregisterJsModule(name);
python.runPython(readFileSync(new URL("./caller.py", import.meta.url), "utf8"));
const entries: Readonly<Record<ToInterpreter["kind"], Entry>> = {
  define: python.globals.get("define") as Entry,
  call: python.globals.get("call") as Entry,
};
shutTheRest();

createInterface({ input: pipe, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) => {
  const message = JSON.parse(line) as ToInterpreter;
  const text = JSON.stringify(message.kind === "define" ? message.made : message.asked);
  pipe.write(`${entries[message.kind](text)}\n`);
});
pipe.write(`${JSON.stringify({ ready: true })}\n`);
