import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from "kysely";
import { bumpGovernance, type Database } from "#db/mod.ts";
import type { Transaction } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { Condition, Field } from "../scim/attributes.ts";
import type { PrincipalKind } from "./directory.ts";

export interface EmailAddress {
  readonly value: string;
  readonly type?: string;
  readonly primary?: boolean;
}

/** A principal with all that SCIM says of it. */
export interface PrincipalRecord {
  readonly id: string;
  readonly kind: PrincipalKind;
  readonly name: string;
  readonly display_name: string;
  readonly active: boolean;
  readonly external_id: string | null;
  readonly given_name: string | null;
  readonly family_name: string | null;
  readonly emails: readonly EmailAddress[];
  readonly entitlements: readonly string[];
  readonly roles: readonly string[];
}

/** The other end of a membership, and whose it is. */
export interface Membership {
  readonly of: string;
  readonly id: string;
  readonly kind: PrincipalKind;
  readonly display_name: string;
}

export interface Search {
  readonly kind: PrincipalKind;
  readonly condition?: Condition;
  readonly sort: { readonly field: Field; readonly isDescending: boolean };
  readonly offset: number;
  readonly limit: number;
}

const columns = [
  "id",
  "kind",
  "name",
  "display_name",
  "active",
  "external_id",
  "given_name",
  "family_name",
  "emails",
  "entitlements",
  "roles",
] as const;

export type PrincipalStore = ReturnType<typeof principalStore>;

/** Principals as SCIM searches and changes them. */
export function principalStore(db: Database) {
  return {
    /**
     * Runs a change of the directory. The governance version is counted first: its row's lock puts all changes of what
     * decisions rest on in an order, so that what one reads stays true until it ends.
     */
    change: <T>(work: (transaction: Transaction) => Promise<T>): Promise<T> =>
      db.run(async (transaction) => {
        await bumpGovernance(transaction);
        return work(transaction);
      }),

    /** @throws Fault RESOURCE_ALREADY_EXISTS when a principal of any kind has the name, in whatever case. */
    insert: async (transaction: Transaction, row: PrincipalRecord, created_at: Date): Promise<void> => {
      const { emails, entitlements, roles, ...rest } = row;
      const lists = { emails: JSON.stringify(emails), entitlements: [...entitlements], roles: [...roles] };
      const inserted = await db
        .on(transaction)
        .insertInto("principals")
        .values({ ...rest, ...lists, created_at })
        .onConflict((conflict) => conflict.doNothing())
        .returning("id")
        .executeTakeFirst();
      if (!inserted) throw taken(row.name);
    },

    /** @throws Fault RESOURCE_ALREADY_EXISTS when another principal has the name, in whatever case. */
    assertFree: async (transaction: Transaction, name: string, id: string): Promise<void> => {
      const all = db
        .on(transaction)
        .selectFrom("principals")
        .select("id")
        .where(sql`lower(name)`, "=", sql`lower(${name})`);
      if (await all.where("id", "<>", id).executeTakeFirst()) throw taken(name);
    },

    idOf: async (transaction: Transaction, name: string): Promise<string | undefined> =>
      (await db.on(transaction).selectFrom("principals").select("id").where("name", "=", name).executeTakeFirst())?.id,

    byId: (kind: PrincipalKind, id: string, transaction?: Transaction): Promise<PrincipalRecord | undefined> =>
      db
        .on(transaction)
        .selectFrom("principals")
        .select(columns)
        .where("kind", "=", kind)
        .where((row) =>
          kind === "service_principal" ? row.or([row("id", "=", id), row("name", "=", id)]) : row("id", "=", id),
        )
        .executeTakeFirst(),

    /** A page of those that fit, and how many fit, of one snapshot. */
    search: (asked: Search): Promise<{ readonly total: number; readonly rows: readonly PrincipalRecord[] }> =>
      db.run(
        async (transaction) => {
          const { condition, sort } = asked;
          const all = db.on(transaction).selectFrom("principals").where("kind", "=", asked.kind);
          const fitting = condition ? all.where((row) => holds(row, condition)) : all;
          const counted = await fitting.select((row) => row.fn.countAll().as("total")).executeTakeFirstOrThrow();
          const rows = await fitting
            .select(columns)
            .orderBy(textOf(sort.field), sort.isDescending ? "desc" : "asc")
            .orderBy("id")
            .offset(asked.offset)
            .limit(asked.limit)
            .execute();
          return { total: Number(counted.total), rows };
        },
        { isolation: "repeatable read" },
      ),

    /** Groups that name any of these as a member. */
    groupsOf: (ids: readonly string[], transaction?: Transaction): Promise<Membership[]> => {
      if (ids.length === 0) return Promise.resolve([]);
      return db
        .on(transaction)
        .selectFrom("group_members")
        .innerJoin("principals", "principals.id", "group_members.group_id")
        .select(["group_members.member_id as of", "principals.id", "principals.kind", "principals.display_name"])
        .where("group_members.member_id", "in", [...ids])
        .orderBy("principals.display_name")
        .orderBy("principals.id")
        .execute();
    },

    /** Members that any of these groups names. */
    membersOf: (ids: readonly string[], transaction?: Transaction): Promise<Membership[]> => {
      if (ids.length === 0) return Promise.resolve([]);
      return db
        .on(transaction)
        .selectFrom("group_members")
        .innerJoin("principals", "principals.id", "group_members.member_id")
        .select(["group_members.group_id as of", "principals.id", "principals.kind", "principals.display_name"])
        .where("group_members.group_id", "in", [...ids])
        .orderBy("principals.display_name")
        .orderBy("principals.id")
        .execute();
    },
  };
}

const taken = (name: string): Fault =>
  new Fault("RESOURCE_ALREADY_EXISTS", `A principal named '${name}' exists already. Names are unique.`);

type Tables = Database["kysely"] extends Kysely<infer S> ? S : never;
type Row = ExpressionBuilder<Tables, "principals">;

/** Values are parameters, never text of the statement. */
function holds(row: Row, condition: Condition): Expression<SqlBool> {
  if (condition.kind !== "compare") {
    const parts = condition.parts.map((part) => holds(row, part));
    return condition.kind === "and" ? row.and(parts) : row.or(parts);
  }
  const { field, operator, value, isExact } = condition;
  if (field === "emails") {
    const some = sql<SqlBool>`EXISTS (SELECT FROM jsonb_array_elements(emails) AS email
      WHERE ${compared(sql`email->>'value'`, operator === "ne" ? "eq" : operator, value, isExact)})`;
    return operator === "ne" ? sql<SqlBool>`NOT ${some}` : some;
  }
  return compared(textOf(field), operator, value, isExact);
}

function compared(
  column: Expression<unknown>,
  operator: "eq" | "ne" | "co" | "sw",
  value: string,
  isExact: boolean,
): Expression<SqlBool> {
  const left = isExact ? sql`${column}` : sql`lower(${column})`;
  const right = isExact ? sql`${value}::text` : sql`lower(${value}::text)`;
  switch (operator) {
    case "eq":
      return sql<SqlBool>`${left} = ${right}`;
    case "ne":
      return sql<SqlBool>`${left} IS DISTINCT FROM ${right}`;
    case "co":
      return sql<SqlBool>`strpos(${left}, ${right}) > 0`;
    case "sw":
      return sql<SqlBool>`starts_with(${left}, ${right})`;
  }
}

/** A field as text, for comparisons and orders. */
function textOf(field: Field): Expression<string> {
  if (field === "active") return sql<string>`active::text`;
  return field === "emails" ? sql<string>`emails->0->>'value'` : sql<string>`${sql.ref(field)}`;
}
