import { sql } from "kysely";
import { bumpGovernance, type Database } from "#db/mod.ts";
import { EVERYONE, type Transaction } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";

export type PrincipalKind = "user" | "service_principal" | "group";

/** An entry of the directory. `name` is what grants are written to. */
export interface PrincipalRow {
  readonly id: string;
  readonly kind: PrincipalKind;
  readonly name: string;
  readonly display_name: string;
  readonly active: boolean;
}

const columns = ["id", "kind", "name", "display_name", "active"] as const;

/** Serialises changes of the group graph, so that two of them cannot close a cycle between them. */
const GRAPH_LOCK = sql`SELECT pg_advisory_xact_lock(hashtext('identity.groups'))`;

export type DirectoryStore = ReturnType<typeof directoryStore>;

/** Reads and writes principals and memberships. Every change bumps the governance version in its own transaction. */
export function directoryStore(db: Database) {
  return {
    /** Runs `work` while nobody else changes what this principal holds. */
    locked: <T>(id: string, work: (transaction: Transaction) => Promise<T>): Promise<T> =>
      db.run(async (transaction) => {
        await db.on(transaction).selectFrom("principals").select("id").where("id", "=", id).forUpdate().execute();
        return work(transaction);
      }),

    byName: (name: string, transaction?: Transaction): Promise<PrincipalRow | undefined> =>
      db.on(transaction).selectFrom("principals").select(columns).where("name", "=", name).executeTakeFirst(),

    byId: (id: string, transaction?: Transaction): Promise<PrincipalRow | undefined> =>
      db.on(transaction).selectFrom("principals").select(columns).where("id", "=", id).executeTakeFirst(),

    /** Undefined when nobody of the kind has it, or more than one: nothing makes external ids unique. */
    byExternalId: async (kind: PrincipalKind, external_id: string): Promise<PrincipalRow | undefined> => {
      const query = db.on().selectFrom("principals").select(columns).where("kind", "=", kind);
      const found = await query.where("external_id", "=", external_id).limit(2).execute();
      return found.length === 1 ? found[0] : undefined;
    },

    list: (kind: PrincipalKind): Promise<PrincipalRow[]> =>
      db.on().selectFrom("principals").select(columns).where("kind", "=", kind).orderBy("name").execute(),

    /** Returns whether there was such a principal. */
    setActive: (id: string, active: boolean): Promise<boolean> =>
      db.run(async (transaction) => {
        const query = db.on(transaction).updateTable("principals").set({ active }).where("id", "=", id);
        const changed = await query.where("kind", "<>", "group").executeTakeFirst();
        await bumpGovernance(transaction);
        return changed.numUpdatedRows > 0n;
      }),

    /** Removes the principal with its memberships and credentials. Returns whether there was one. */
    remove: (id: string): Promise<boolean> =>
      db.run(async (transaction) => {
        const removed = await db.on(transaction).deleteFrom("principals").where("id", "=", id).executeTakeFirst();
        await bumpGovernance(transaction);
        return removed.numDeletedRows > 0n;
      }),

    /** @throws Fault INVALID_PARAMETER_VALUE when the group would come to contain itself. */
    addMember: (group_id: string, member_id: string): Promise<void> =>
      db.run(async (transaction) => {
        const on = db.on(transaction);
        await GRAPH_LOCK.execute(on);
        const above = await groupIdsAbove(db, group_id, transaction);
        if (member_id === group_id || above.has(member_id))
          throw new Fault(
            "INVALID_PARAMETER_VALUE",
            "A group cannot contain itself, directly or through others. Remove the membership the other way first.",
          );
        const edge = on.insertInto("group_members").values({ group_id, member_id });
        await edge.onConflict((conflict) => conflict.doNothing()).execute();
        await bumpGovernance(transaction);
      }),

    removeMember: (group_id: string, member_id: string): Promise<void> =>
      db.run(async (transaction) => {
        const edge = db.on(transaction).deleteFrom("group_members").where("group_id", "=", group_id);
        await edge.where("member_id", "=", member_id).execute();
        await bumpGovernance(transaction);
      }),

    /** Groups that name the principal as a member, not those above them. */
    directGroups: (member_id: string): Promise<{ id: string; name: string }[]> =>
      db
        .on()
        .selectFrom("group_members")
        .innerJoin("principals", "principals.id", "group_members.group_id")
        .select(["principals.id", "principals.name"])
        .where("group_members.member_id", "=", member_id)
        .orderBy("principals.name")
        .execute(),

    /** Names of all groups above a principal, transitively; everyone's group and those above it included. */
    groupNames: async (id: string): Promise<readonly string[]> => [...(await groupNamesAbove(db, id)), EVERYONE],
  };
}

async function groupIdsAbove(db: Database, id: string, transaction: Transaction): Promise<ReadonlySet<string>> {
  const found = await sql<{ id: string }>`
    WITH RECURSIVE above (id) AS (
      SELECT group_id FROM group_members WHERE member_id = ${id}
      UNION SELECT m.group_id FROM group_members m JOIN above ON m.member_id = above.id
    ) SELECT id FROM above`.execute(db.on(transaction));
  return new Set(found.rows.map((row) => row.id));
}

async function groupNamesAbove(db: Database, id: string): Promise<readonly string[]> {
  const found = await sql<{ name: string }>`
    WITH RECURSIVE above (id) AS (
      SELECT group_id FROM group_members
        WHERE member_id = ${id} OR member_id = (SELECT id FROM principals WHERE name = ${EVERYONE})
      UNION SELECT m.group_id FROM group_members m JOIN above ON m.member_id = above.id
    ) SELECT name FROM principals JOIN above USING (id) WHERE name <> ${EVERYONE} ORDER BY name`.execute(db.on());
  return found.rows.map((row) => row.name);
}
