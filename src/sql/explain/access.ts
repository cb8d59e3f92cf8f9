import {
  type Explained,
  type Explaining,
  fn,
  isPermit,
  type LentBy,
  type Permit,
  table,
  type What,
  type Who,
} from "#kernel/mod.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import {
  byName,
  type Entered,
  type EnteredRelation,
  type EnteredRoutine,
  type Entry,
  type Wishes,
} from "../plan/access.ts";
import type { SqlPorts } from "../plan/ports.ts";
import { isUnderPolicy } from "../plan/scope.ts";
import type { Session } from "../plan/session.ts";
import { settleAll } from "../plan/settle.ts";

/** A decision, and of a relation that may be read what it is. */
export interface Decided extends Explained<Explaining> {
  readonly lender: LentBy | undefined;
  readonly isView: boolean;
}

/** Planning ends: something that the text names is denied, and what it would lead to is not known. */
export class Denied extends Error {}

/** The caller's own reading would be refused by naming what a policy looks things up in; somebody else's is not told that. */
function unspoken(): Fault {
  return new Fault(
    "BAD_REQUEST",
    "A policy looks things up in a table that its owner may not read, so that nobody can read what it governs. Ask its owner.",
    { reason: "POLICY_LOOK_UP_DENIED", sqlstate: "42501" },
  );
}

/**
 * Lets texts' tables and functions in to be explained: each is decided on and noted, those that policies look things up in but not
 * noted, since what they are called is a policy's text. No permit that it gives lets data be read.
 */
export class ExplainAccess implements Entry {
  readonly #ports: SqlPorts;
  readonly #session: Session;
  readonly #as: Who | undefined;
  readonly #decided: Decided[] = [];
  readonly #permits: Permit<Explaining>[] = [];

  /** `session` is the caller's own. */
  constructor(ports: SqlPorts, session: Session, as: Who | undefined) {
    this.#ports = ports;
    this.#session = session;
    this.#as = as;
  }

  get decided(): readonly Decided[] {
    return this.#decided;
  }

  /** Models are neither asked nor told of: their endpoints are no part of what is governed here. */
  async enter({ tables, functions, lender, within }: Wishes): Promise<Entered> {
    const wishes: (readonly [Explaining, What])[] = [
      ...[...new Set(tables)].map((name) => ["table.explain", table(name)] as const),
      ...[...new Set(functions)].map((name) => ["function.explain", fn(name)] as const),
    ];
    if (wishes.length === 0) return { relations: new Map(), routines: new Map() };
    const isLookUp = isUnderPolicy(within);
    const { who, doorway } = this.#session;
    const explained = await this.#ports.gate.explainAll(who, wishes, doorway, {
      ...(lender && { lent_by: lender }),
      ...(this.#as && { as: this.#as }),
      untold: isLookUp,
    });
    const relations: EnteredRelation[] = [];
    const routines: EnteredRoutine[] = [];
    for (const one of explained) {
      const { permit } = one;
      if (permit) this.#permits.push(permit);
      const relation = isPermit(permit, "table.explain") ? await this.#relation(permit) : undefined;
      if (relation) relations.push(relation);
      if (isPermit(permit, "function.explain"))
        routines.push({ permit, definition: await this.#ports.metastore.routine(permit) });
      if (!isLookUp) this.#decided.push({ ...one, lender, isView: relation?.definition.kind === "view" });
    }
    const denied = explained.find((one) => one.denial);
    if (denied?.denial && isLookUp) throw this.#as ? unspoken() : denied.denial;
    if (denied) throw new Denied();
    return { relations: byName(relations), routines: byName(routines) };
  }

  /** Runs `work`, then closes every permit given out, as it ended. */
  async closing<T>(work: () => Promise<T>): Promise<T> {
    try {
      const made = await work();
      await settleAll(this.#permits, { status: "ok", rows: 0 });
      return made;
    } catch (thrown) {
      await settleAll(this.#permits, { status: "error", error_code: faultOf(thrown).code });
      throw thrown;
    }
  }

  async #relation(permit: Permit<"table.explain">): Promise<EnteredRelation> {
    const { name } = permit.what;
    const scan = this.#ports.scans.get(name);
    if (scan) return { permit, definition: { kind: "scan", name, scan }, columns: scan.columns };
    const definition = await this.#ports.metastore.relation(permit);
    return { permit, definition, columns: definition.columns };
  }
}
