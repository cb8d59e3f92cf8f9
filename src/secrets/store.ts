import { bumpGovernance, type Database } from "#db/mod.ts";
import type { NamedRights, Sealed, Transaction } from "#kernel/mod.ts";

export type Permission = "READ" | "WRITE" | "MANAGE";

export interface Acl {
  readonly principal: string;
  readonly permission: Permission;
}

/** A secret as lists tell it: without its value. */
export interface SecretEntry {
  readonly key: string;
  readonly updated_at: Date;
}

/** What decisions about scopes rest on, of one snapshot. */
export interface ScopeFacts {
  readonly version: number;
  readonly scopes: ReadonlyMap<string, readonly Acl[]>;
}

/** Reads and writes scopes, sealed secrets and rights to them. */
export function secretStore(db: Database) {
  return {
    ...scopeStore(db),
    ...aclStore(db),
    put: async (transaction: Transaction, scope: string, key: string, value: Sealed, at: Date): Promise<void> => {
      const fresh = { ...value, updated_at: at };
      await db
        .on(transaction)
        .insertInto("secrets")
        .values({ scope, key, ...fresh })
        .onConflict((conflict) => conflict.columns(["scope", "key"]).doUpdateSet(fresh))
        .execute();
    },
    find: (scope: string, key: string): Promise<Sealed | undefined> =>
      db
        .on()
        .selectFrom("secrets")
        .select(["data_key_id", "sealed"])
        .where("scope", "=", scope)
        .where("key", "=", key)
        .executeTakeFirst(),
    list: (scope: string, transaction?: Transaction): Promise<SecretEntry[]> =>
      db
        .on(transaction)
        .selectFrom("secrets")
        .select(["key", "updated_at"])
        .where("scope", "=", scope)
        .orderBy("key")
        .execute(),
    /** Returns whether there was such a secret. */
    remove: async (transaction: Transaction, scope: string, key: string): Promise<boolean> => {
      const all = db.on(transaction).deleteFrom("secrets").where("scope", "=", scope);
      return (await all.where("key", "=", key).executeTakeFirst()).numDeletedRows > 0n;
    },
  };
}

function scopeStore(db: Database) {
  return {
    /** Runs a change of what decisions rest on. One at a time: the governance version's row is locked first. */
    change: <T>(work: (transaction: Transaction) => Promise<T>): Promise<T> =>
      db.run(async (transaction) => {
        await bumpGovernance(transaction);
        return work(transaction);
      }),
    scopeNames: async (transaction?: Transaction): Promise<readonly string[]> => {
      const rows = await db.on(transaction).selectFrom("secret_scopes").select("name").orderBy("name").execute();
      return rows.map((row) => row.name);
    },
    /** Returns whether it is new: no other one has the name, in whatever case. */
    insertScope: async (transaction: Transaction, name: string, created_at: Date): Promise<boolean> => {
      const insert = db.on(transaction).insertInto("secret_scopes").values({ name, created_at });
      const made = await insert
        .onConflict((conflict) => conflict.doNothing())
        .returning("name")
        .executeTakeFirst();
      return made !== undefined;
    },
    /** Takes its secrets and rights along. Returns whether there was such a scope. */
    removeScope: async (transaction: Transaction, name: string): Promise<boolean> => {
      const removed = await db.on(transaction).deleteFrom("secret_scopes").where("name", "=", name).executeTakeFirst();
      return removed.numDeletedRows > 0n;
    },
    facts: (names: readonly string[]): Promise<ScopeFacts> =>
      db.run(
        async (transaction) => {
          const on = db.on(transaction);
          const { version } = await on.selectFrom("governance_version").select("version").executeTakeFirstOrThrow();
          const found = await on
            .selectFrom("secret_scopes")
            .leftJoin("secret_acls", "secret_acls.scope", "secret_scopes.name")
            .select(["secret_scopes.name", "secret_acls.principal", "secret_acls.permission"])
            .where("secret_scopes.name", "in", [...names])
            .execute();
          const scopes = new Map<string, Acl[]>(found.map(({ name }) => [name, []]));
          for (const { name, principal, permission } of found)
            if (principal && permission) scopes.get(name)!.push({ principal, permission });
          return { version: Number(version), scopes };
        },
        { isolation: "repeatable read" },
      ),
  };
}

function aclStore(db: Database) {
  return {
    putAcl: async (transaction: Transaction, scope: string, { principal, permission }: Acl): Promise<void> => {
      await db
        .on(transaction)
        .insertInto("secret_acls")
        .values({ scope, principal, permission })
        .onConflict((conflict) => conflict.columns(["scope", "principal"]).doUpdateSet({ permission }))
        .execute();
    },
    acls: (scope: string): Promise<Acl[]> =>
      db
        .on()
        .selectFrom("secret_acls")
        .select(["principal", "permission"])
        .where("scope", "=", scope)
        .orderBy("principal")
        .execute(),
    /** Returns whether the principal had a right there. */
    removeAcl: async (transaction: Transaction, scope: string, principal: string): Promise<boolean> => {
      const all = db.on(transaction).deleteFrom("secret_acls").where("scope", "=", scope);
      return (await all.where("principal", "=", principal).executeTakeFirst()).numDeletedRows > 0n;
    },
  };
}

/** Follows principals' names in the rights to scopes. */
export function namedRights(db: Database): NamedRights {
  const forget = (transaction: Transaction, name: string) =>
    db.on(transaction).deleteFrom("secret_acls").where("principal", "=", name).execute();
  return {
    rename: async (transaction, from, to) => {
      await forget(transaction, to);
      await db
        .on(transaction)
        .updateTable("secret_acls")
        .set({ principal: to })
        .where("principal", "=", from)
        .execute();
    },
    retire: async (transaction, name) => void (await forget(transaction, name)),
  };
}
