import { Kysely, PostgresDialect } from "kysely";
import { type Log, silentLog } from "#base/log.ts";
import type { Transaction, Transactions } from "#kernel/mod.ts";
import { readGovernanceVersion } from "./governance.ts";
import { GovernanceVersion } from "./governance-version.ts";
import { type Listen, Listener, type Subscription } from "./listen.ts";
import { migrate } from "./migrate.ts";
import { migrations } from "./migrations/all.ts";
import { openPool } from "./pool.ts";
import type { Schema } from "./schema.ts";
import { executorOf, runTransaction, type TransactionOptions } from "./transaction.ts";

/** The control plane's database. */
export class Database implements Transactions {
  readonly kysely: Kysely<Schema>;
  /** The version of all that decisions rest on, and what may be remembered while it stays. */
  readonly governance: GovernanceVersion;
  readonly #url: string;
  readonly #log: Log;
  readonly #subscriptions = new Set<Subscription>();

  constructor(url: string, log: Log) {
    this.#url = url;
    this.#log = log;
    const pool = openPool(url, log, () => this.governance.silent_ms());
    this.kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
    this.governance = new GovernanceVersion({
      read: () => readGovernanceVersion(this.kysely),
      listen: (listen) => this.listen("governance", listen),
    });
  }

  /**
   * Runs `work` in one transaction: committed when it resolves, rolled back when it throws. With `within` it joins that one.
   * @throws whatever `work` throws; Fault TEMPORARILY_UNAVAILABLE when the database is away.
   */
  run<T>(work: (transaction: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return runTransaction(this.kysely, () => this.governance.end(), work, options);
  }

  /** What runs statements inside `transaction`, or each by itself without one. @throws TypeError when it is not ours, or has ended. */
  on(transaction?: Transaction): Kysely<Schema> {
    return transaction ? executorOf(transaction) : this.kysely;
  }

  /** Calls `listen` for each notification on `channel`, and with null when some may have been missed. Lasts until stopped, or close. */
  async listen(channel: string, listen: Listen): Promise<Subscription> {
    const listener = new Listener(this.#url, channel, listen, this.#log);
    await listener.start();
    this.#subscriptions.add(listener);
    return listener;
  }

  /** Ends every connection, after the statements that run. */
  async close(): Promise<void> {
    await this.governance.close();
    await Promise.all([...this.#subscriptions].map((each) => each.stop()));
    await this.kysely.destroy();
  }
}

/**
 * Opens the database at `url` and brings its schema up to date.
 * @throws Fault INVALID_STATE when it was made by a newer Lakeward; the driver's error when it cannot be reached.
 */
export async function openDatabase(options: { readonly url: string; readonly log?: Log }): Promise<Database> {
  await migrate(options.url, migrations);
  return new Database(options.url, options.log ?? silentLog);
}
