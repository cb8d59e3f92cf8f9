/**
 * An engine process: one statement at a time, on a connection and in a catalog of its own. It is told everything over its channel,
 * keeps nothing of a statement, and ends when the channel closes, so that it never outlives its server.
 */

import { join } from "node:path";
import { WallBreach } from "#sql/verify/breach.ts";
import type { EngineValue } from "../engine.ts";
import { LinkedFiles } from "./linked-files.ts";
import { writeMacroFile } from "./macro-file.ts";
import { type ChildError, type ChildSettings, type FromChild, isMessage, type ToChild } from "./protocol.ts";
import { type LastRows, sendRows } from "./rows.ts";
import type { Session } from "./session.ts";
import { type OpenStatement, StatementEngines } from "./statement-engine.ts";

// What the engine writes is for the server's own user alone.
process.umask(0o077);
// Waiting for a query would keep an orphan alive: end at once, whatever runs.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
// Its server decides when it ends: a Ctrl-C meant for the server lets running statements finish.
process.on("SIGINT", () => {});

/** Undefined until the server has told how to open them. */
let engines: StatementEngines | undefined;
let running:
  | {
      readonly run: number;
      session: Session | undefined;
      interrupted: boolean;
      called?: PromiseWithResolvers<readonly EngineValue[]>;
    }
  | undefined;
/** Until it is over, traces of the statement before may be there. */
let clearing: Promise<void> = Promise.resolve();

/** Sends and waits until the message has left, which is the back-pressure of large results. */
function send(message: FromChild): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, undefined, {}, (error) => (error ? reject(error) : resolve()));
  });
}

async function run(message: Extract<ToChild, { kind: "run" }>): Promise<void> {
  const mine: NonNullable<typeof running> = { run: message.run, session: undefined, interrupted: false };
  running = mine;
  let statement: OpenStatement | undefined;
  let last: LastRows | undefined;
  let failure: ChildError | undefined;
  try {
    await clearing;
    if (engines === undefined) throw new Error("no engine was opened");
    statement = await engines.begin(message.steps, message.statistics_propagation);
    const { session, steps } = statement;
    mine.session = session;
    if (mine.interrupted) throw new Error("INTERRUPT Error: Interrupted!");
    await session.run(steps, {
      query: async (connection, step) => {
        last = await sendRows(connection, step, (rows) => send({ kind: "rows", run: message.run, rows }));
      },
      call: async (step, rows) => {
        mine.called = Promise.withResolvers();
        await send({ kind: "call", run: message.run, step, rows });
        return mine.called.promise;
      },
      written: (place, rows) => {
        const step = message.steps[place];
        if (step?.kind === "write_parquet") void send({ kind: "written", run: message.run, file: step.file, rows });
      },
    });
  } catch (error) {
    failure = describe(error);
  }
  running = undefined;
  // The next statement waits for it; this one's caller need not.
  clearing = statement?.end(failure === undefined && !last?.truncated) ?? Promise.resolve();
  await send(failure ? { kind: "failed", run: message.run, error: failure } : { kind: "done", run: message.run, last });
}

function describe(error: unknown): ChildError {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof WallBreach) return { origin: "wall", text };
  return { origin: error instanceof TypeError || error instanceof RangeError ? "child" : "engine", text };
}

async function start(settings: ChildSettings): Promise<void> {
  const macro_file = await writeMacroFile(settings.prelude, settings.temp_dir);
  engines = await StatementEngines.open(settings, macro_file, new LinkedFiles(join(settings.temp_dir, "files")));
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
    running.called?.reject(new Error("INTERRUPT Error: Interrupted!"));
  } else if (message.kind === "called") {
    if (running?.run === message.run) running.called?.resolve(message.results);
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
