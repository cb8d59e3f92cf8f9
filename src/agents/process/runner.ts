/**
 * The first code of an agent's process. It runs under Node's permission model and imports nothing but Node's own modules.
 * Reads requests from the inherited pipe (descriptor 3), runs the agent's `respond`, writes its events back.
 * Not imported by the server.
 */

import { syncBuiltinESMExports } from "node:module";
import { Socket } from "node:net";
import os from "node:os";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import type { AgentContext, FromAgent, ToAgent } from "./protocol.ts";

type Respond = (body: object, context: object) => AsyncIterable<object>;

/** Node's permission model leaves signals and priorities of other processes open; an agent has no use for them. */
function closeProcessControl(): void {
  const refuse = (): never => {
    throw Object.assign(new Error("An agent may not control processes."), { code: "ERR_ACCESS_DENIED" });
  };
  for (const name of ["kill", "_kill", "_debugProcess", "_debugEnd", "setuid", "setgid"]) {
    Object.defineProperty(process, name, { value: refuse, writable: false, configurable: false });
  }
  os.setPriority = refuse;
  syncBuiltinESMExports();
}

const pipe = new Socket({ fd: 3, readable: true, writable: true });
const running = new Map<string, AbortController>();

/** Resolves when the pipe can take more, so that a slow reader slows the agent down. */
function send(message: FromAgent): Promise<void> {
  return new Promise((resolve) => {
    if (pipe.write(`${JSON.stringify(message)}\n`)) resolve();
    else pipe.once("drain", resolve);
  });
}

async function runRequest(respond: Respond, message: ToAgent & { type: "request" }): Promise<void> {
  const controller = new AbortController();
  running.set(message.id, controller);
  const signal = controller.signal;
  const context = Object.freeze({
    ...message.context,
    custom_inputs: (message.body.custom_inputs as object | undefined) ?? {},
    signal,
    fetch: (input: string | URL | Request, init: RequestInit = {}) =>
      fetch(input, { signal, ...init, headers: inTrace(message.context, input, init) }),
  });
  try {
    for await (const event of respond(message.body, context)) {
      if (signal.aborted) break;
      await send({ type: "event", id: message.id, event: event as FromAgent & { type: "event" } });
    }
    await send({ type: "done", id: message.id });
  } catch (thrown) {
    await send({ type: "error", id: message.id, message: thrown instanceof Error ? thrown.message : String(thrown) });
  } finally {
    running.delete(message.id);
  }
}

/** The headers of a call, with the request's trace unless the agent says another. */
function inTrace({ traceparent, tracestate }: AgentContext, input: string | URL | Request, init: RequestInit): Headers {
  const headers = new Headers(init.headers ?? (input instanceof Request ? input.headers : undefined));
  if (headers.has("traceparent")) return headers;
  headers.set("traceparent", traceparent);
  if (tracestate !== undefined) headers.set("tracestate", tracestate);
  return headers;
}

/** Secrets come by the pipe and not with the spawn, so that Node takes no option from them and no other process reads them there. */
async function load(entry: string, environment: Readonly<Record<string, string>>): Promise<Respond> {
  // biome-ignore lint/style/noProcessEnv: an agent's code reads its settings there
  Object.assign(process.env, environment);
  const { respond } = (await import(pathToFileURL(entry).href)) as { respond?: Respond };
  if (typeof respond === "function") return respond;
  throw new Error("The agent's entry file must export `async function* respond`.");
}

closeProcessControl();
const entry = process.argv[2];
if (!entry) throw new Error("The runner needs the path of the agent's entry file.");
let loading: Promise<Respond> | undefined;

pipe.on("close", () => process.exit(0));
createInterface({ input: pipe, crlfDelay: Number.POSITIVE_INFINITY }).on("line", async (line) => {
  const message = JSON.parse(line) as ToAgent;
  if (message.type === "cancel") running.get(message.id)?.abort();
  else if (message.type === "request") await runRequest(await loading!, message);
  else {
    loading ??= load(entry, message.environment);
    await loading;
    await send({ type: "ready" });
  }
});
