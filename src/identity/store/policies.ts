import { bumpGovernance, type Database } from "#db/mod.ts";
import { Fault } from "#wire/errors.ts";

/** An account federation policy: whose tokens are accepted, made out to whom, and which claim names the user. */
export interface FederationPolicy {
  readonly id: string;
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly subject_claim: string;
}

const columns = ["id", "issuer", "audiences", "subject_claim"] as const;

export type PolicyStore = ReturnType<typeof policyStore>;

/** Reads and writes federation policies. */
export function policyStore(db: Database) {
  return {
    /** @throws Fault RESOURCE_ALREADY_EXISTS when the issuer has a policy. */
    insert: (policy: FederationPolicy, created_at: Date): Promise<void> =>
      db.run(async (transaction) => {
        const inserted = await db
          .on(transaction)
          .insertInto("federation_policies")
          .values({ ...policy, audiences: [...policy.audiences], created_at })
          .onConflict((conflict) => conflict.column("issuer").doNothing())
          .returning("id")
          .executeTakeFirst();
        if (!inserted)
          throw new Fault("RESOURCE_ALREADY_EXISTS", `A federation policy for '${policy.issuer}' exists already.`);
        await bumpGovernance(transaction);
      }),

    /** The policy whose issuer is this very text: no prefix, no case folding, no trailing slash more or less. */
    byIssuer: (issuer: string): Promise<FederationPolicy | undefined> =>
      db.on().selectFrom("federation_policies").select(columns).where("issuer", "=", issuer).executeTakeFirst(),

    remove: (id: string): Promise<boolean> =>
      db.run(async (transaction) => {
        const query = db.on(transaction).deleteFrom("federation_policies").where("id", "=", id);
        const removed = await query.executeTakeFirst();
        await bumpGovernance(transaction);
        return removed.numDeletedRows > 0n;
      }),
  };
}
