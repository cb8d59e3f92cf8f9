import type { ColumnType, Generated } from "kysely";

/** An account's budget; its configuration as the wire has it. */
interface BudgetRow {
  readonly number: Generated<string>;
  readonly id: string;
  readonly configuration: ColumnType<object, string, string>;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** Billionths of a dollar, 64 bits each: the driver gives them as text. */
interface BudgetSpendRow {
  readonly budget_id: string;
  readonly principal_id: string;
  readonly start_ms: string;
  readonly spent: string;
  readonly held: string;
}

export interface BudgetTables {
  readonly budgets: BudgetRow;
  readonly budget_spend: BudgetSpendRow;
}
