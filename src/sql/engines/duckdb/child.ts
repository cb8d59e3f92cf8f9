/**
 * An engine process: one DuckDB per statement, one statement at a time, a warm spare ready. It is told everything over its
 * channel, keeps nothing, and ends when the channel closes, so that it never outlives its server.
 */

import { WallBreach } from "#sql/verify/breach.ts";
import { writeMacroFile } from "./macro-file.ts";
import { type ChildError, type ChildSettings, type FromChild, isMessage, type ToChild } from "./protocol.ts";
import { sendRows } from "./rows.ts";
import { Session } from "./session.ts";

// What the engine writes is for the server's own user alone.
process.umask(0o077);
// Waiting for a query would keep an orphan alive: end at once, whatever runs.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
// Its server decides when it ends: a Ctrl-C meant for the server lets running statements finish.
process.on("SIGINT", () => {});

/** Opens an engine; undefined until the server has told how. */
let open: (() => Promise<Session>) | undefined;
let spare: Promise<Session> | undefined;
let running: { readonly run: number; readonly session: Session | undefined; interrupted: boolean } | undefined;

/** Sends and waits until the message has left, which is the back-pressure of large results. */
function send(message: FromChild): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, undefined, {}, (error) => (error ? reject(error) : resolve()));
  });
}

function openSpare(): void {
  if (open === undefined) return;
  spare = open();
  // Told when a statement wants it: a rejection here must not end the process before.
  spare.catch(() => {});
}

async function run(message: Extract<ToChild, { kind: "run" }>): Promise<void> {
  const opened = spare;
  spare = undefined;
  running = { run: message.run, session: undefined, interrupted: false };
  let session: Session | undefined;
  try {
    if (opened === undefined) throw new Error("no engine was opened");
    session = await opened;
    const interrupted: boolean = running.interrupted;
    running = { run: message.run, session, interrupted };
    if (interrupted) throw new Error("INTERRUPT Error: Interrupted!");
    let truncated = false;
    await session.run(message.steps, message.statistics_propagation, {
      query: async (connection, step) => {
        truncated = await sendRows(connection, step, {
          columns: (columns) => send({ kind: "columns", run: message.run, columns }),
          rows: (rows) => send({ kind: "rows", run: message.run, rows }),
        });
      },
      written: (file, rows) => void send({ kind: "written", run: message.run, file, rows }),
    });
    await finish(session, { kind: "done", run: message.run, truncated });
  } catch (error) {
    await finish(session, { kind: "failed", run: message.run, error: describe(error) });
  }
}

/** Closes the statement's engine before it says the end, so that its memory is free when the next one starts. */
async function finish(session: Session | undefined, message: FromChild): Promise<void> {
  running = undefined;
  session?.close();
  openSpare();
  await send(message);
}

function describe(error: unknown): ChildError {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof WallBreach) return { origin: "wall", text };
  return { origin: error instanceof TypeError || error instanceof RangeError ? "child" : "engine", text };
}

async function start(settings: ChildSettings): Promise<void> {
  const macro_file = await writeMacroFile(settings.prelude, settings.temp_dir);
  open = () => Session.open(settings, macro_file);
  openSpare();
  await spare;
  await send({ kind: "ready" });
}

function receive(message: ToChild): void {
  if (message.kind === "start") {
    start(message.settings).catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    });
  } else if (message.kind === "interrupt") {
    if (running?.run !== message.run) return;
    running.interrupted = true;
    running.session?.interrupt();
  } else {
    void run(message);
  }
}

function isToChild(value: unknown): value is ToChild {
  return isMessage(value);
}

process.on("message", (message) => {
  if (isToChild(message)) receive(message);
});
