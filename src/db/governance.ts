import { type Kysely, sql } from "kysely";
import type { Transaction } from "#kernel/mod.ts";
import type { Schema } from "./schema.ts";
import { executorOf, noteGoverning } from "./transaction.ts";

/**
 * Counts a change of grants, groups, tags, policies, tokens or securables, in the transaction that makes it, and tells every
 * server once it is committed, this one before `run` resolves. Changes wait for one another here until the end of their transactions: call it last.
 */
export async function bumpGovernance(transaction: Transaction): Promise<void> {
  noteGoverning(transaction);
  await sql`
    WITH bumped AS (UPDATE governance_version SET version = version + 1 RETURNING version)
    SELECT pg_notify('governance', version::text) FROM bumped
  `.execute(executorOf(transaction));
}

/** The version of what is committed. */
export async function readGovernanceVersion(kysely: Kysely<Schema>): Promise<number> {
  const row = await kysely.selectFrom("governance_version").select("version").executeTakeFirstOrThrow();
  return Number(row.version);
}
