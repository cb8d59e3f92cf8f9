import { sql } from "kysely";
import { bumpGovernance, type Database } from "#db/mod.ts";
import type { Transaction } from "#kernel/mod.ts";
import type { BudgetInput } from "./read.ts";

/** A budget as it is kept. */
export interface Budget extends BudgetInput {
  readonly id: string;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
}

/** One count that a question adds to: of a budget what all spend together, or what one principal does. */
export interface SpendCount {
  readonly budget_id: string;
  /** Empty for what all spend together. */
  readonly principal_id: string;
}

/** One count, and how much it may come to, in billionths of a dollar; null for any amount. */
export interface SpendTake extends SpendCount {
  readonly max: number | null;
}

export interface SpendTaken {
  readonly isTaken: boolean;
  /** Of each count, what was spent or held before. */
  readonly gone: readonly number[];
  /** Of each count, what is held of it now for the question. */
  readonly held: readonly number[];
}

/** Budgets in Postgres, and what was spent of them: exact for any number of servers. Amounts are billionths of a dollar. */
export interface BudgetStore {
  all(): Promise<readonly Budget[]>;
  find(transaction: Transaction, id: string): Promise<Budget | undefined>;
  insert(transaction: Transaction, budget: Budget): Promise<void>;
  update(transaction: Transaction, budget: Budget): Promise<void>;
  /** With what was spent of it. */
  remove(transaction: Transaction, id: string): Promise<void>;
  /** What was spent in the month of each count. */
  spent(counts: readonly SpendCount[], start_ms: number): Promise<readonly number[]>;
  /**
   * Holds `wanted` of every count, or of none when one has less left than `firm`; where less than `wanted` is left, that.
   * @throws Fault TEMPORARILY_UNAVAILABLE
   */
  hold(takes: readonly SpendTake[], start_ms: number, firm: number, wanted: number): Promise<SpendTaken>;
  /** Spends `cost` of every count in place of what is held. @returns what was spent of each before; null where the budget is gone. */
  spend(
    counts: readonly SpendCount[],
    start_ms: number,
    held: readonly number[],
    cost: number,
  ): Promise<readonly (number | null)[]>;
}

export function budgetStore(db: Database): BudgetStore {
  return {
    all: async () => (await db.on().selectFrom("budgets").selectAll().orderBy("number").execute()).map(budgetOf),
    find: async (transaction, id) => {
      const named = db.on(transaction).selectFrom("budgets").selectAll().where("id", "=", id);
      const row = await named.forUpdate().executeTakeFirst();
      return row && budgetOf(row);
    },
    insert: async (transaction, budget) => {
      const { id, created_at_ms } = budget;
      const row = { id, ...changing(budget), created_at: new Date(created_at_ms) };
      await db.on(transaction).insertInto("budgets").values(row).execute();
      await bumpGovernance(transaction);
    },
    update: async (transaction, budget) => {
      await db.on(transaction).updateTable("budgets").set(changing(budget)).where("id", "=", budget.id).execute();
      await bumpGovernance(transaction);
    },
    remove: async (transaction, id) => {
      await db.on(transaction).deleteFrom("budgets").where("id", "=", id).execute();
      await db.on(transaction).deleteFrom("budget_spend").where("budget_id", "=", id).execute();
      await bumpGovernance(transaction);
    },
    spent: async (counts, start_ms) => {
      const { rows } = await sql<{ readonly spent: number }>`
        SELECT coalesce(s.spent, 0)::float8 AS spent
        FROM unnest(${budgetsOf(counts)}::text[], ${principalsOf(counts)}::text[])
          WITH ORDINALITY AS a (budget_id, principal_id, n)
        LEFT JOIN budget_spend s
          ON s.budget_id = a.budget_id AND s.principal_id = a.principal_id AND s.start_ms = ${start_ms}
        ORDER BY a.n`.execute(db.on());
      return rows.map((row) => row.spent);
    },
    hold: async (takes, start_ms, firm, wanted) => {
      const { rows } = await sql<Held>`
        SELECT is_taken, gone_before::float8[], taken::float8[] FROM reserve_budgets(
          ${budgetsOf(takes)}::text[], ${principalsOf(takes)}::text[], ${start_ms}::bigint,
          ${takes.map((one) => one.max)}::bigint[], ${firm}::bigint, ${wanted}::bigint)`.execute(db.on());
      const { is_taken, gone_before, taken } = rows[0]!;
      return { isTaken: is_taken, gone: gone_before, held: taken };
    },
    spend: async (counts, start_ms, held, cost) => {
      const { rows } = await sql<{ readonly spent_before: readonly (number | null)[] }>`
        SELECT spent_before::float8[] FROM settle_budgets(
          ${budgetsOf(counts)}::text[], ${principalsOf(counts)}::text[], ${start_ms}::bigint,
          ${held}::bigint[], ${cost}::bigint)`.execute(db.on());
      return rows[0]!.spent_before;
    },
  };
}

interface Held {
  readonly is_taken: boolean;
  readonly gone_before: readonly number[];
  readonly taken: readonly number[];
}

const budgetsOf = (counts: readonly SpendCount[]): readonly string[] => counts.map((one) => one.budget_id);
const principalsOf = (counts: readonly SpendCount[]): readonly string[] => counts.map((one) => one.principal_id);

/** What an update may change. */
const changing = ({ display_name, resource_type, filter, alert_configurations, updated_at_ms }: Budget) => ({
  configuration: JSON.stringify({ display_name, resource_type, ...(filter && { filter }), alert_configurations }),
  updated_at: new Date(updated_at_ms),
});

function budgetOf(row: {
  readonly id: string;
  readonly configuration: object;
  readonly created_at: Date;
  readonly updated_at: Date;
}): Budget {
  const configuration = row.configuration as BudgetInput;
  return {
    ...configuration,
    id: row.id,
    created_at_ms: row.created_at.getTime(),
    updated_at_ms: row.updated_at.getTime(),
  };
}
