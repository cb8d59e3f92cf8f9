import type { Action } from "./actions.ts";
import type { Decision } from "./decide.ts";
import type { Doorway } from "./doors.ts";
import type { UsedIdentity } from "./identity-of.ts";
import type { Obligation } from "./obligations.ts";
import type { Transaction } from "./ports/transaction.ts";
import type { Outcome } from "./record.ts";
import type { What } from "./what.ts";
import type { Who } from "./who.ts";

/** A view, function or policy function through which access was lent, with its owner. */
export interface Lending {
  readonly what: What;
  readonly owner: string;
}

/** All that a permit says; the gate fills it in. */
export interface PermitTerms<A extends Action> {
  readonly who: Who;
  readonly action: A;
  readonly what: What;
  readonly doorway: Doorway;
  readonly decision: Decision;
  readonly identity: UsedIdentity;
  readonly lent_by: readonly Lending[];
  readonly number: number;
  readonly governance_version: number;
  /** For the record alone. */
  readonly viewed_as?: string;
}

/** Closes the record of a permit. */
export interface Closing {
  /** Resolves when the record is durable. */
  readonly settle: (outcome: Outcome) => Promise<void>;
  /** Writes the record inside a transaction: it is there when that commits. */
  readonly settleIn: (transaction: Transaction, outcome: Outcome) => Promise<void>;
}

/**
 * The proof that a named subject may do one action to one securable, under obligations. Data-plane functions take what they
 * touch from it. Only `issuePermit` makes one, and only the gate may import that: it does not travel, is not copied and not cast.
 */
class SealedPermit<A extends Action> implements AsyncDisposable {
  readonly #terms: PermitTerms<A>;
  readonly #closing: Closing;
  readonly #with: Promise<void>[] = [];
  #settled: Promise<void> | undefined;
  #written = false;

  constructor(terms: PermitTerms<A>, closing: Closing) {
    this.#terms = terms;
    this.#closing = closing;
    Object.freeze(this);
  }

  get action(): A {
    return this.#terms.action;
  }
  get who(): Who {
    return this.#terms.who;
  }
  get what(): What {
    return this.#terms.what;
  }
  get doorway(): Doorway {
    return this.#terms.doorway;
  }
  get obligations(): readonly Obligation[] {
    return this.#terms.decision.obligations;
  }
  get lent_by(): readonly Lending[] {
    return this.#terms.lent_by;
  }
  get number(): number {
    return this.#terms.number;
  }
  get governance_version(): number {
    return this.#terms.governance_version;
  }

  /**
   * Records of other permits, for what was done under this one: it is settled when they are durable too, and fails as they do. So that all
   * are written at once, and nobody need wait for one after the other.
   */
  withRecords(recorded: Promise<void>): void {
    // Whoever settles is told.
    recorded.catch(() => {});
    this.#with.push(recorded);
  }

  /** Closes the record, once; a second call waits for the first. Resolves when the record is durable. */
  settle(outcome: Outcome): Promise<void> {
    const inTransaction = this.#written && outcome.status === "ok";
    this.#settled ??= Promise.all([inTransaction || this.#closing.settle(outcome), ...this.#with]).then(() => {});
    return this.#settled;
  }

  /**
   * Writes the closing record inside the transaction whose effect it tells. Once that is committed, settle as ok, which writes
   * nothing more; when it was rolled back the record is gone with it, so settle as an error.
   */
  async settleIn(transaction: Transaction, outcome: Outcome): Promise<void> {
    await this.#closing.settleIn(transaction, outcome);
    this.#written = true;
  }

  /** Leaving scope settles too, so that no permit ends without a record. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.settle({ status: "unfinished" });
  }

  /** True for a permit of the gate's, for this action; every data-plane function asserts it. */
  static is<A extends Action>(value: unknown, action: A): value is SealedPermit<A> {
    if (typeof value !== "object" || value === null || !(#terms in value)) return false;
    const held: Action = value.#terms.action;
    return held === action;
  }
}

export type Permit<A extends Action> = SealedPermit<A>;

export const isPermit = SealedPermit.is;

/** @throws TypeError when `value` is not a permit of the gate's for `action`: a forged one, or one of another action. */
export function assertPermit<A extends Action>(value: unknown, action: A): asserts value is Permit<A> {
  if (!isPermit(value, action)) throw new TypeError(`This needs a permit for ${action}, given by the gate.`);
}

/** For the gate alone: the boundary rules refuse this import anywhere else. */
export function issuePermit<A extends Action>(terms: PermitTerms<A>, closing: Closing): Permit<A> {
  return new SealedPermit(terms, closing);
}
