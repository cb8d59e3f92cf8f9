import { bumpGovernance, type Database } from "#db/mod.ts";
import type { Transaction } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";

/** Whose tokens are accepted, made out to whom, and whom they name. */
export interface FederationPolicy {
  readonly uid: string;
  readonly policy_id: string;
  /** The service principal's; null for the account's. */
  readonly principal_id: string | null;
  readonly description: string;
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly subject_claim: string;
  /** Whom the claim must name; null for the account's, whose claim names a user. */
  readonly subject: string | null;
  readonly jwks_uri: string | null;
  readonly jwks_json: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** What an update leaves as it is. */
type Kept = "uid" | "policy_id" | "principal_id" | "created_at";
export type PolicyChange = Omit<FederationPolicy, Kept>;

export type PolicyStore = ReturnType<typeof policyStore>;

/** Reads and writes federation policies. */
export function policyStore(db: Database) {
  const of = (principal_id: string | null, transaction?: Transaction) =>
    db
      .on(transaction)
      .selectFrom("federation_policies")
      .selectAll()
      .where("principal_id", principal_id === null ? "is" : "=", principal_id);
  return {
    /** Runs a change of policies. One at a time: the governance version's row is locked first. */
    change: <T>(work: (transaction: Transaction) => Promise<T>): Promise<T> =>
      db.run(async (transaction) => {
        await bumpGovernance(transaction);
        return work(transaction);
      }),

    /** @throws Fault RESOURCE_ALREADY_EXISTS when the name is taken, or the issuer has an account policy. */
    insert: async (transaction: Transaction, policy: FederationPolicy): Promise<void> => {
      const inserted = await db
        .on(transaction)
        .insertInto("federation_policies")
        .values({ ...policy, audiences: [...policy.audiences] })
        .onConflict((conflict) => conflict.doNothing())
        .returning("uid")
        .executeTakeFirst();
      if (!inserted)
        throw new Fault(
          "RESOURCE_ALREADY_EXISTS",
          `A federation policy named '${policy.policy_id}', or one of the account's for '${policy.issuer}', exists already.`,
        );
    },

    list: (principal_id: string | null, transaction?: Transaction): Promise<FederationPolicy[]> =>
      of(principal_id, transaction).orderBy("policy_id").execute(),

    find: (
      principal_id: string | null,
      policy_id: string,
      transaction?: Transaction,
    ): Promise<FederationPolicy | undefined> =>
      of(principal_id, transaction).where("policy_id", "=", policy_id).executeTakeFirst(),

    /** Those whose issuer is this very text: no prefix, no case folding, no trailing slash more or less. */
    ofIssuer: (issuer: string, principal_id: string | null): Promise<FederationPolicy[]> =>
      of(principal_id).where("issuer", "=", issuer).orderBy("policy_id").execute(),

    update: async (transaction: Transaction, uid: string, change: PolicyChange): Promise<void> => {
      const set = { ...change, audiences: [...change.audiences] };
      await db.on(transaction).updateTable("federation_policies").set(set).where("uid", "=", uid).execute();
    },

    remove: async (transaction: Transaction, uid: string): Promise<void> => {
      await db.on(transaction).deleteFrom("federation_policies").where("uid", "=", uid).execute();
    },
  };
}
