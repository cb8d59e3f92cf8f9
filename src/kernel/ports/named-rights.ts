import type { Transaction } from "./transaction.ts";

/** Rights and ownership are kept by principals' names. Whoever keeps them hears of names that change. Implemented by catalog. */
export interface NamedRights {
  /** What was granted to `from`, and what it owns, is `to`'s now. */
  rename(transaction: Transaction, from: string, to: string): Promise<void>;
  /**
   * The principal is gone. Nobody who gets its name later has its grants; what it owned belongs to `retired`, a name that
   * nobody can get, so that it lends nothing either.
   */
  retire(transaction: Transaction, name: string, retired: string): Promise<void>;
}
