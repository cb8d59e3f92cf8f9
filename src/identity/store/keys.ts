import { sql } from "kysely";
import { bumpGovernance, type Database } from "#db/mod.ts";
import type { Transaction } from "#kernel/mod.ts";

export interface SigningKeyRow {
  readonly kid: string;
  readonly data_key_id: string;
  readonly public_jwk: Readonly<Record<string, string>>;
  readonly sealed_private: Buffer;
  readonly created_at: Date;
}

export interface DataKeyRow {
  readonly id: string;
  readonly sealed: Buffer;
  readonly created_at: Date;
}

/** Reads and writes sealed keys. `locked` runs one change at a time over all replicas. */
export function keyStore(db: Database) {
  return {
    locked: <T>(work: (transaction: Transaction) => Promise<T>): Promise<T> =>
      db.run(async (transaction) => {
        await sql`SELECT pg_advisory_xact_lock(hashtext('identity.keys'))`.execute(db.on(transaction));
        return work(transaction);
      }),

    dataKey: (id?: string, transaction?: Transaction): Promise<DataKeyRow | undefined> => {
      const query = db.on(transaction).selectFrom("data_keys").select(["id", "sealed", "created_at"]);
      return (id === undefined ? query : query.where("id", "=", id)).orderBy("created_at", "desc").executeTakeFirst();
    },

    insertDataKey: async (transaction: Transaction, row: DataKeyRow): Promise<void> => {
      await db.on(transaction).insertInto("data_keys").values(row).execute();
    },

    /** Newest first: the first one signs. */
    signingKeys: (transaction?: Transaction): Promise<SigningKeyRow[]> =>
      db
        .on(transaction)
        .selectFrom("signing_keys")
        .select(["kid", "data_key_id", "public_jwk", "sealed_private", "created_at"])
        .orderBy("created_at", "desc")
        .orderBy("kid", "desc")
        .execute(),

    insertSigningKey: async (transaction: Transaction, row: SigningKeyRow): Promise<void> => {
      const values = { ...row, public_jwk: JSON.stringify(row.public_jwk) };
      await db.on(transaction).insertInto("signing_keys").values(values).execute();
      await bumpGovernance(transaction);
    },

    removeSigningKeysBut: async (transaction: Transaction, kid: string): Promise<void> => {
      await db.on(transaction).deleteFrom("signing_keys").where("kid", "<>", kid).execute();
      await bumpGovernance(transaction);
    },
  };
}
