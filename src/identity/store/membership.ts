import { sql } from "kysely";
import type { Database } from "#db/mod.ts";
import { ADMINS, type Transaction } from "#kernel/mod.ts";
import type { PrincipalRecord } from "./principals.ts";

/** What SCIM can change of a principal's row. */
export type PrincipalChange = Omit<PrincipalRecord, "id" | "kind">;

export type MembershipStore = ReturnType<typeof membershipStore>;

/** Changes of principals and memberships, each inside a change of the directory. */
export function membershipStore(db: Database) {
  return {
    update: async (transaction: Transaction, id: string, change: PrincipalChange): Promise<void> => {
      const { emails, entitlements, roles, ...rest } = change;
      const set = { ...rest, emails: JSON.stringify(emails), entitlements: [...entitlements], roles: [...roles] };
      await db.on(transaction).updateTable("principals").set(set).where("id", "=", id).execute();
    },

    remove: async (transaction: Transaction, id: string): Promise<void> => {
      await db.on(transaction).deleteFrom("principals").where("id", "=", id).execute();
    },

    /** Those of `ids` that there are not, among the kinds that can stand there. */
    unknown: async (
      transaction: Transaction,
      ids: readonly string[],
      groupsOnly: boolean,
    ): Promise<readonly string[]> => {
      if (ids.length === 0) return [];
      const all = db
        .on(transaction)
        .selectFrom("principals")
        .select("id")
        .where("id", "in", [...ids]);
      const found = await (groupsOnly ? all.where("kind", "=", "group") : all).execute();
      const known = new Set(found.map((row) => row.id));
      return ids.filter((id) => !known.has(id));
    },

    add: async (transaction: Transaction, edges: readonly Edge[]): Promise<void> => {
      if (edges.length === 0) return;
      const insert = db
        .on(transaction)
        .insertInto("group_members")
        .values([...edges]);
      await insert.onConflict((conflict) => conflict.doNothing()).execute();
    },

    drop: async (transaction: Transaction, { group_id, member_id }: Edge): Promise<void> => {
      const all = db.on(transaction).deleteFrom("group_members").where("group_id", "=", group_id);
      await all.where("member_id", "=", member_id).execute();
    },

    /** Whether the group contains itself, directly or through others. */
    isCyclic: async (transaction: Transaction, group_id: string): Promise<boolean> => {
      const found = await sql<{ id: string }>`
        WITH RECURSIVE above (id) AS (
          SELECT group_id FROM group_members WHERE member_id = ${group_id}
          UNION SELECT m.group_id FROM group_members m JOIN above ON m.member_id = above.id
        ) SELECT id FROM above WHERE id = ${group_id}`.execute(db.on(transaction));
      return found.rows.length > 0;
    },

    /** Whether anybody who can act is in `admins`, directly or through groups. */
    hasAdministrator: async (transaction: Transaction): Promise<boolean> => {
      const found = await sql<{ id: string }>`
        WITH RECURSIVE beneath (id) AS (
          SELECT member_id FROM group_members WHERE group_id = (SELECT id FROM principals WHERE name = ${ADMINS})
          UNION SELECT m.member_id FROM group_members m JOIN beneath ON m.group_id = beneath.id
        ) SELECT id FROM principals JOIN beneath USING (id) WHERE kind <> 'group' AND active LIMIT 1`.execute(
        db.on(transaction),
      );
      return found.rows.length > 0;
    },
  };
}

export interface Edge {
  readonly group_id: string;
  readonly member_id: string;
}
