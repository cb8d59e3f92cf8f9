import type { Kysely } from "kysely";
import type { Transaction } from "#kernel/mod.ts";
import type { Schema } from "./schema.ts";

/** A running transaction, as db alone knows it. */
class OpenTransaction implements Transaction {
  readonly kind = "transaction";
  readonly #executor: Kysely<Schema>;
  #isOver = false;
  #isGoverning = false;

  constructor(executor: Kysely<Schema>) {
    this.#executor = executor;
  }

  end(): void {
    this.#isOver = true;
  }

  /** Whether it changes what decisions rest on. */
  get isGoverning(): boolean {
    return this.#isGoverning;
  }

  static noteGoverning(transaction: Transaction): void {
    if (#executor in transaction) transaction.#isGoverning = true;
  }

  /** @throws TypeError when `transaction` was not opened by this module, or has ended. */
  static executor(transaction: Transaction): Kysely<Schema> {
    if (!(#executor in transaction)) throw new TypeError("This transaction was not opened by the database.");
    if (transaction.#isOver) throw new TypeError("This transaction has ended: await all its work before it does.");
    return transaction.#executor;
  }
}

/** What runs statements inside `transaction`. @throws TypeError when it is not ours, or has ended. */
export const executorOf = OpenTransaction.executor;

/** Has the end of `transaction` end what this process remembers of governance. */
export const noteGoverning = OpenTransaction.noteGoverning;

/** `serializable` transactions may have to be run again: say how often in `attempts_max`. */
export interface TransactionOptions {
  readonly isolation?: "read committed" | "repeatable read" | "serializable";
  /** Runs of the work at most, when the database asks to run it again (SQLSTATE 40001, 40P01). 1 unless told. */
  readonly attempts_max?: number;
  /** Joins this transaction, and leaves its end to whoever opened it. */
  readonly within?: Transaction | undefined;
}

const RUN_AGAIN: ReadonlySet<string | undefined> = new Set(["40001", "40P01"]);

/**
 * Runs `work` in one transaction: committed when it resolves, rolled back when it throws. `governed` is called before anybody
 * learns that a change of governance was, or may have been, committed.
 */
export async function runTransaction<T>(
  pool: Kysely<Schema>,
  governed: () => void,
  work: (transaction: Transaction) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  if (options.within) {
    executorOf(options.within);
    return work(options.within);
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runOnce(pool, governed, work, options);
    } catch (error) {
      if (attempt >= (options.attempts_max ?? 1) || !RUN_AGAIN.has(sqlstateOf(error))) throw error;
    }
  }
}

async function runOnce<T>(
  pool: Kysely<Schema>,
  governed: () => void,
  work: (transaction: Transaction) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  let opened: OpenTransaction | undefined;
  try {
    return await pool
      .transaction()
      .setIsolationLevel(options.isolation ?? "read committed")
      .execute(async (executor) => {
        const transaction = new OpenTransaction(executor);
        opened = transaction;
        try {
          return await work(transaction);
        } finally {
          transaction.end();
        }
      });
  } finally {
    // Also when it failed: a commit whose answer was lost may have been made.
    if (opened?.isGoverning) governed();
  }
}

/** SQLSTATE of a database error, undefined for any other. */
function sqlstateOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** True when a row with this key is already there (SQLSTATE 23505), on `constraint` when it is given. */
export function isDuplicate(error: unknown, constraint?: string): boolean {
  if (sqlstateOf(error) !== "23505") return false;
  return constraint === undefined || (error as { constraint?: string }).constraint === constraint;
}
