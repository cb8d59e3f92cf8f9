import { bumpGovernance, type Database } from "#db/mod.ts";
import type { Transaction } from "#kernel/mod.ts";

/** The database as the catalog's options name it. */
export type CatalogDatabase = Database;

/**
 * Runs one change of what decisions rest on, in `given` or a transaction of its own. The governance version is counted first,
 * not last: its row's lock then puts all changes of the catalog in an order, so that what one reads stays true until it ends,
 * and no two of them can wait for each other.
 */
export function change<T>(
  db: Database,
  given: Transaction | undefined,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  return db.run(
    async (transaction) => {
      await bumpGovernance(transaction);
      return await work(transaction);
    },
    { within: given },
  );
}
