import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "#base/log.ts";
import { systemClock, systemIds } from "#host/mod.ts";
import { Doorway, Gate, unobserved, type Who } from "#kernel/mod.ts";
import { faultOf } from "#wire/errors.ts";
import { executeText } from "../../../../src/sql/ddl/execute.ts";
import type { EngineRequest, EngineStep } from "../../../../src/sql/engines/engine.ts";
import { type Enforcement, enforcement } from "../../../../src/sql/govern/enforcement.ts";
import type { SqlPorts } from "../../../../src/sql/plan/ports.ts";
import { RememberedPlans } from "../../../../src/sql/plan/remembered-plans.ts";
import type { StatementResult } from "../../../../src/sql/plan/session.ts";
import { BOOLEAN } from "../../../../src/sql/types/mod.ts";
import { who } from "../../../sql/world.ts";
import { nobodyAsked } from "../../../world/nobody-asked.ts";
import { MemoryLake } from "./memory-lake.ts";
import { type Storage, StoredEngine } from "./stored-engine.ts";

export interface Seen {
  readonly rows: StatementResult["rows"];
  /** Its condition, as in `DIVIDE_BY_ZERO`, or its text; undefined of what succeeded. */
  readonly error: string | undefined;
}

/**
 * Governed SQL from text to rows in one process: the real gate, planner and printer over a catalog in memory and an engine on each
 * storage asked for. Thousands of statements take seconds.
 */
export class LakeWorld implements AsyncDisposable {
  readonly engines: ReadonlyMap<Storage, StoredEngine>;
  /** What the last statement had the engine do. */
  last: readonly EngineStep[] = [];
  enforced = true;
  #storage: Storage;
  readonly #ports: SqlPorts;
  readonly #data_dir: string;
  readonly #subjects = new Map<string, Who>();
  #statements = 0;

  private constructor(engines: ReadonlyMap<Storage, StoredEngine>, data_dir: string) {
    this.engines = engines;
    this.#data_dir = data_dir;
    this.#storage = [...engines.keys()][0]!;
    const lake = new MemoryLake(data_dir);
    const audit = { append: async () => {}, appendIn: async () => {} };
    const groups = { namesFor: async (name: string) => new Set([name]) };
    const gate = new Gate({ facts: lake.facts, groups, audit, clock: systemClock });
    // Written so that the second wall sees a filter and a mask: it would stop what has none.
    const switched: Enforcement = {
      applyFilter: (filter) =>
        this.enforced ? enforcement.applyFilter(filter) : { kind: "literal", type: BOOLEAN, value: true },
      applyMask: (column, mask) =>
        this.enforced
          ? enforcement.applyMask(column, mask)
          : { kind: "cast", type: column.type, operand: column, tolerant: true, implicit: false },
    };
    this.#ports = {
      gate,
      metastore: lake.metastore,
      scans: new Map(),
      engine: { run: (request) => this.#run(request), close: async () => {} },
      tables: lake.tables,
      transactions: { run: (work) => work({ kind: "transaction" }) },
      enforcement: switched,
      // Enforcement changes from case to case here, so nothing may be remembered.
      get plans() {
        return new RememberedPlans();
      },
      asking: nobodyAsked,
      clock: systemClock,
      ids: systemIds,
      log: silentLog,
      observer: unobserved,
    };
  }

  static async open(storages: readonly Storage[], threads?: number): Promise<LakeWorld> {
    const data_dir = mkdtempSync(join(tmpdir(), "lakeward-lake-"));
    const engines = new Map<Storage, StoredEngine>();
    for (const storage of storages) {
      const own = mkdtempSync(join(data_dir, "engine-"));
      engines.set(storage, await StoredEngine.open(storage, own, threads));
    }
    return new LakeWorld(engines, data_dir);
  }

  /** One statement of one subject on one storage; the first of them when not told. */
  async run(name: string, statement: string, storage: Storage = [...this.engines.keys()][0]!): Promise<Seen> {
    this.#storage = storage;
    this.#statements += 1;
    const request_id = `r${this.#statements}`;
    const session = {
      who: this.#who(name),
      doorway: new Doorway("sql", { request_id, trace_id: "0".repeat(32), source_ip: "::1", user_agent: "test" }),
      current: { catalog: "lake", schema: "s" },
      parameters: new Map(),
      statement_id: request_id,
      signal: NEVER,
      limits: { rows_max: 100_000, bytes_max: 10_000_000, time_ms: 60_000 },
    };
    try {
      const { rows } = await executeText(this.#ports, session, statement, () => {});
      return { rows, error: undefined };
    } catch (thrown) {
      const { options, message } = faultOf(thrown);
      const internal = process.env.SQL_TEST_LOG && options.internal ? ` ${JSON.stringify(options.internal)}` : "";
      return { rows: [], error: `${options.reason ?? message}${internal}` };
    }
  }

  /** @throws Error when the statement fails. */
  async must(name: string, statement: string): Promise<Seen> {
    const seen = await this.run(name, statement);
    if (seen.error !== undefined) throw new Error(`${statement}: ${seen.error}`);
    return seen;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const engine of this.engines.values()) await engine.close();
    rmSync(this.#data_dir, { recursive: true, force: true });
  }

  async #run(request: EngineRequest): Promise<Awaited<ReturnType<StoredEngine["run"]>>> {
    this.last = request.steps;
    return this.engines.get(this.#storage)!.run(request);
  }

  #who(name: string): Who {
    const known = this.#subjects.get(name) ?? who(name);
    this.#subjects.set(name, known);
    return known;
  }
}

const NEVER = new AbortController().signal;
