import { sql } from "kysely";
import type { Transaction } from "#kernel/mod.ts";
import { OpenTransaction } from "./transaction.ts";

/**
 * Counts a change of what decisions rest on, in the change's own transaction. Whoever caches by governance version is told
 * when it commits.
 */
export async function bumpGovernance(transaction: Transaction): Promise<void> {
  const on = OpenTransaction.executorOf(transaction);
  await sql`UPDATE governance_version SET version = version + 1`.execute(on);
  await sql`NOTIFY governance`.execute(on);
}
