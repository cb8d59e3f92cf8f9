import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "#base/log.ts";
import { Fault } from "#wire/errors.ts";
import type { Engine, EngineRequest, EngineResult } from "../engine.ts";
import * as limits from "../limits.ts";
import { defaultWarehouseLimits, type WarehouseLimits } from "../warehouse-limits.ts";
import { EngineProcess } from "./engine-process.ts";
import { FairQueue } from "./fair-queue.ts";

export interface DuckDbOptions extends Partial<WarehouseLimits> {
  /** Spilled data goes beneath it, in directories of the processes' own. */
  readonly data_dir: string;
  /** Statements that make our macros, `macroStatements` of the function library. */
  readonly prelude: readonly string[];
  readonly log: Log;
}

interface Waiting {
  readonly request: EngineRequest;
  readonly resolve: (result: EngineResult) => void;
  readonly reject: (error: unknown) => void;
}

/** How many of the pool's processes do something, and how many statements wait. */
export interface Occupancy {
  readonly idle: number;
  readonly busy: number;
  readonly waiting: number;
}

/** A pool of DuckDB processes: the embedded engine of a warehouse. Processes start at once, so that the first statement finds one. */
export function createDuckDbEngine(options: DuckDbOptions): Engine & { occupancy(): Occupancy } {
  return new DuckDbPool(options);
}

class DuckDbPool implements Engine {
  readonly #options: DuckDbOptions;
  readonly #limits: WarehouseLimits;
  readonly #root: string;
  readonly #all = new Set<EngineProcess>();
  readonly #idle: EngineProcess[] = [];
  readonly #queue = new FairQueue<Waiting>();
  readonly #held = new Map<string, number>();
  #failures = 0;
  #closed = false;

  constructor(options: DuckDbOptions) {
    this.#options = options;
    this.#limits = { ...defaultWarehouseLimits, ...options };
    this.#root = join(options.data_dir, "engine");
    // What a killed server's engines spilled belongs to nobody: one server holds the data directory.
    rmSync(this.#root, { recursive: true, force: true });
    mkdirSync(this.#root, { recursive: true, mode: 0o700 });
    for (let count = 0; count < this.#limits.processes; count += 1) this.#start();
  }

  run(request: EngineRequest): Promise<EngineResult> {
    if (this.#closed) return Promise.reject(closed());
    if (this.#queue.size >= limits.ENGINE_QUEUE_MAX) {
      return Promise.reject(
        new Fault("TEMPORARILY_UNAVAILABLE", "Too many statements wait for this warehouse. Try again in a minute."),
      );
    }
    const { statement_s, waiting_per_user_max } = this.#limits;
    if (this.#queue.waitingOf(request.submitter) >= waiting_per_user_max)
      return Promise.reject(
        new Fault(
          "RESOURCE_EXHAUSTED",
          `${waiting_per_user_max} statements of yours wait for this warehouse already. Try again when some of them have ended.`,
        ),
      );
    if (request.signal.aborted) return Promise.reject(new Fault("CANCELLED", "The statement was cancelled."));
    const time_ms = Math.min(request.limits.time_ms, statement_s * 1000);
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { request: { ...request, limits: { time_ms } }, resolve, reject };
      request.signal.addEventListener(
        "abort",
        () => {
          if (this.#queue.remove(request.submitter, waiting))
            reject(new Fault("CANCELLED", "The statement was cancelled."));
        },
        { once: true },
      );
      this.#queue.add(request.submitter, waiting);
      this.#dispatch();
    });
  }

  occupancy(): Occupancy {
    return { idle: this.#idle.length, busy: this.#all.size - this.#idle.length, waiting: this.#queue.size };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#refuseWaiting(closed());
    const ended = [...this.#all].map((engine) => {
      engine.kill();
      return engine.ended;
    });
    await Promise.all(ended);
    rmSync(this.#root, { recursive: true, force: true });
  }

  #start(): void {
    const temp_dir = mkdtempSync(join(this.#root, "process-"));
    const { memory_mb, spill_mb, file_mb, threads } = this.#limits;
    const engine = new EngineProcess({
      settings: {
        prelude: this.#options.prelude,
        memory_mb,
        spill_mb,
        threads,
        temp_dir,
      },
      caps: { memory_mb: memory_mb + limits.ENGINE_PROCESS_EXTRA_MB, file_mb },
      log: this.#options.log,
    });
    this.#all.add(engine);
    let was_ready = false;
    void engine.ready.then(
      () => {
        was_ready = true;
        this.#failures = 0;
        this.#idle.push(engine);
        // One that starts shows that they start again: those that were given up are due too.
        while (this.#all.size < this.#limits.processes && !this.#closed) this.#start();
        this.#dispatch();
      },
      () => {},
    );
    void engine.ended.then(() => {
      this.#all.delete(engine);
      const position = this.#idle.indexOf(engine);
      if (position >= 0) this.#idle.splice(position, 1);
      rmSync(temp_dir, { recursive: true, force: true });
      if (!this.#closed) this.#replace(was_ready);
    });
  }

  /** A process that ended gets a successor; one that never started does so only a few times before the waiting are told. */
  #replace(was_ready: boolean): void {
    if (!was_ready) this.#failures += 1;
    if (this.#failures < limits.ENGINE_SPAWN_FAILURES_MAX) {
      this.#start();
      return;
    }
    this.#options.log.error({ failures: this.#failures }, "engine processes do not start");
    this.#refuseWaiting(
      new Fault(
        "TEMPORARILY_UNAVAILABLE",
        "The SQL engine does not start. An administrator finds why in the server's log.",
      ),
    );
  }

  /** Hands waiting statements to idle processes; one submitter never holds them all while there is more than one. */
  #dispatch(): void {
    if (this.#all.size === 0 && !this.#closed) {
      this.#failures = 0;
      this.#start();
    }
    const share = Math.max(1, this.#limits.processes - 1);
    for (;;) {
      const engine = this.#idle[0];
      if (engine === undefined) return;
      const waiting = this.#queue.take((submitter) => (this.#held.get(submitter) ?? 0) < share);
      if (waiting === undefined) return;
      this.#idle.shift();
      void this.#serve(engine, waiting);
    }
  }

  async #serve(engine: EngineProcess, waiting: Waiting): Promise<void> {
    const { submitter } = waiting.request;
    this.#held.set(submitter, (this.#held.get(submitter) ?? 0) + 1);
    try {
      waiting.resolve(await engine.run(waiting.request));
    } catch (error) {
      waiting.reject(error);
    } finally {
      const held = (this.#held.get(submitter) ?? 1) - 1;
      if (held === 0) this.#held.delete(submitter);
      else this.#held.set(submitter, held);
      if (engine.runs >= limits.ENGINE_STATEMENTS_PER_PROCESS) engine.kill();
      else if (engine.alive) this.#idle.push(engine);
      this.#dispatch();
    }
  }

  #refuseWaiting(fault: Fault): void {
    for (;;) {
      const waiting = this.#queue.take(() => true);
      if (waiting === undefined) return;
      waiting.reject(fault);
    }
  }
}

function closed(): Fault {
  return new Fault("TEMPORARILY_UNAVAILABLE", "The server is stopping. Try again in a minute.");
}
