import {
  type Action,
  endpoint,
  type FunctionDefinition,
  fn,
  isPermit,
  type LentBy,
  type Lineage,
  type Permit,
  type Scan,
  type TableDefinition,
  table,
  type ViewDefinition,
  type What,
} from "#kernel/mod.ts";
import { faultOf } from "#wire/errors.ts";
import type { SqlPorts } from "./ports.ts";
import type { Session } from "./session.ts";
import { settleAll } from "./settle.ts";

/** A relation that was let through: its permit and what it is. */
export interface EnteredRelation {
  readonly permit: Permit<"table.read_data"> | Permit<"table.explain">;
  readonly definition: TableDefinition | ViewDefinition | ScanDefinition;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** A relation whose rows are copied into the engine. */
export interface ScanDefinition {
  readonly kind: "scan";
  readonly name: string;
  readonly scan: Scan;
}

export interface EnteredRoutine {
  readonly permit: Permit<"function.execute"> | Permit<"function.explain">;
  readonly definition: FunctionDefinition;
}

/** What one text may touch, by full name. The models that it asks are let in, and entered anew for each question. */
export interface Entered {
  readonly relations: ReadonlyMap<string, EnteredRelation>;
  readonly routines: ReadonlyMap<string, EnteredRoutine>;
}

/** What one text names, and where it stands. */
export interface Wishes {
  readonly tables: readonly string[];
  readonly functions: readonly string[];
  /** Serving endpoints of models and agents that it asks; null is the one set for functions that name none. */
  readonly endpoints: readonly (string | null)[];
  readonly lender: LentBy | undefined;
  /** The views, functions and policies that the text stands in. */
  readonly within: readonly string[];
}

/** Lets in what a text names. */
export interface Entry {
  enter(wishes: Wishes): Promise<Entered>;
}

type Reading = "table.read_data" | "function.execute" | "endpoint.query";

/** Entered relations or routines by full name. */
export function byName<T extends { readonly permit: { readonly what: What } }>(
  entered: readonly T[],
): ReadonlyMap<string, T> {
  return new Map(entered.map((one) => [one.permit.what.name, one]));
}

/** All permits of one statement: each text asks for all it names at once, and all are settled together at the end. */
export class Access implements Entry {
  readonly #ports: SqlPorts;
  readonly #session: Session;
  readonly #permits: Permit<Action>[] = [];
  #lineage: Lineage | undefined;

  constructor(ports: SqlPorts, session: Session) {
    this.#ports = ports;
    this.#session = session;
  }

  /** Permits for tables and functions by one load of facts, with their definitions. @throws Fault for the first that is denied. */
  async enter({ tables, functions, endpoints, lender }: Wishes): Promise<Entered> {
    const wishes: (readonly [Reading, What])[] = [
      ...new Set(tables).values().map((name) => ["table.read_data", table(name)] as const),
      ...new Set(functions).values().map((name) => ["function.execute", fn(name)] as const),
      ...new Set(endpoints)
        .values()
        .map((name) => ["endpoint.query", endpoint(this.#ports.asking.named(name))] as const),
    ];
    if (wishes.length === 0) return { relations: new Map(), routines: new Map() };
    const { who, doorway } = this.#session;
    const permits = await this.#ports.gate.enterAll(who, wishes, doorway, lender ? { lent_by: lender } : {});
    this.#permits.push(...permits);
    const relations = permits.filter((permit) => isPermit(permit, "table.read_data"));
    const routines = permits.filter((permit) => isPermit(permit, "function.execute"));
    const [enteredRelations, enteredRoutines] = await Promise.all([
      Promise.all(relations.map((permit) => this.#relation(permit))),
      Promise.all(routines.map((permit) => this.#routine(permit))),
    ]);
    return { relations: byName(enteredRelations), routines: byName(enteredRoutines) };
  }

  /** What the statement read, for the record of its first permit; said where no record of a write tells it. */
  tellLineage(lineage: Lineage): void {
    this.#lineage = lineage;
  }

  /** Runs `work`, then closes every permit given out, as it ended; on return all records are durable. */
  async closing<T>(work: () => Promise<T>, rowsOf: (made: T) => number): Promise<T> {
    const { made, recorded } = await this.recording(work, rowsOf);
    await recorded;
    return made;
  }

  /** As `closing`, but for `recorded`, which resolves when all records are durable: nothing of what was made may be told before. */
  async recording<T>(
    work: () => Promise<T>,
    rowsOf: (made: T) => number,
  ): Promise<{ readonly made: T; readonly recorded: Promise<void> }> {
    try {
      const made = await work();
      const [first, ...others] = this.#permits;
      const outcome = { status: "ok", rows: rowsOf(made) } as const;
      const lineage = this.#lineage && { lineage: this.#lineage };
      const settled = [first?.settle({ ...outcome, ...lineage }), settleAll(others, outcome)];
      const recorded = Promise.all(settled).then(() => {});
      // Whoever waits for it is told.
      recorded.catch(() => {});
      return { made, recorded };
    } catch (thrown) {
      await settleAll(this.#permits, { status: "error", error_code: faultOf(thrown).code });
      throw thrown;
    }
  }

  async #relation(permit: Permit<"table.read_data">): Promise<EnteredRelation> {
    const { name } = permit.what;
    const scan = this.#ports.scans.get(name);
    if (scan) return { permit, definition: { kind: "scan", name, scan }, columns: scan.columns };
    const definition = await this.#ports.metastore.relation(permit);
    return { permit, definition, columns: definition.columns };
  }

  async #routine(permit: Permit<"function.execute">): Promise<EnteredRoutine> {
    return { permit, definition: await this.#ports.metastore.routine(permit) };
  }
}
