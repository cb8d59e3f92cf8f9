/**
 * Budgets of an account. Sources: databricks-sdk-py `service/billing.py`, BudgetConfiguration; the Databricks provider for Terraform,
 * `databricks_budget`, which has what is of the AI gateway; Databricks' REST reference, Budget Spend Status.
 */
export interface BudgetConfiguration {
  readonly budget_configuration_id: string;
  readonly account_id: string;
  /** Milliseconds since the epoch. */
  readonly create_time: number;
  readonly update_time: number;
  readonly display_name: string;
  readonly resource_type: BudgetResource;
  readonly filter?: BudgetFilter;
  readonly alert_configurations: readonly AlertConfiguration[];
}

export type BudgetResource = "BUDGET_RESOURCE_TYPE_ALL_RESOURCES" | "BUDGET_RESOURCE_TYPE_UNITY_AI_GATEWAY";

export type AlertScope = "ALERT_CONFIGURATION_SCOPE_TYPE_SHARED" | "ALERT_CONFIGURATION_SCOPE_TYPE_PER_USER";

export interface BudgetFilter {
  readonly workspace_id?: { readonly operator: "IN"; readonly values: readonly number[] };
  /** Tags of endpoints. */
  readonly tags?: readonly {
    readonly key: string;
    readonly value: { readonly operator: "IN"; readonly values: readonly string[] };
  }[];
}

export interface AlertConfiguration {
  readonly alert_configuration_id: string;
  readonly time_period: "MONTH";
  readonly trigger_type: "CUMULATIVE_SPENDING_EXCEEDED";
  readonly quantity_type: "LIST_PRICE_DOLLARS_USD";
  /** Dollars. */
  readonly quantity_threshold: string;
  readonly scope_type: AlertScope;
  /** Of an alert for each user: whose amount is another one. */
  readonly principal_overrides?: readonly PrincipalOverride[];
  readonly action_configurations: readonly {
    readonly action_configuration_id: string;
    readonly action_type: "BLOCK_USAGE";
  }[];
}

export interface PrincipalOverride {
  /** Of a user, a group or a service principal. */
  readonly principal_id: number;
  readonly override_threshold: string;
}

/** What the caller has spent of a budget that blocks. */
export interface BudgetSpendStatus {
  readonly name: string;
  readonly alert_spend_statuses: readonly {
    readonly scope_type: AlertScope;
    readonly time_period: "MONTH";
    /** Absent of what is shared, as the threshold is: only how much of it is gone is told to everybody. */
    readonly spend?: string;
    readonly threshold?: string;
    readonly percent_consumed: string;
  }[];
}
