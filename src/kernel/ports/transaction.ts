/** A database transaction, opaque to whoever only hands it on; `db` opens it and knows what it is. */
export interface Transaction {
  readonly kind: "transaction";
}

/** Opens transactions. Implemented by db. */
export interface Transactions {
  /** Runs `work` in one transaction: committed when it resolves, rolled back when it throws. */
  run<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
}
