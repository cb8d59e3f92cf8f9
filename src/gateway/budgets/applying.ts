import type { ModelEndpoint } from "#agents/mod.ts";
import type { Who } from "#kernel/mod.ts";
import type { AlertConfiguration, BudgetFilter } from "#wire/billing/budgets.ts";
import { nanodollarsOf } from "./money.ts";
import { isBlocking } from "./read.ts";
import type { Budget, SpendTake } from "./store.ts";

/** A threshold that applies, in billionths of a dollar. */
export interface Threshold {
  readonly amount: number;
  readonly isBlocking: boolean;
}

/** A count of a budget that concerns a question, with all that is said of it. */
export interface Applying extends SpendTake {
  readonly budget: Budget;
  readonly thresholds: readonly Threshold[];
}

/** Names of groups by the ids that budgets call them by. */
export type GroupNames = ReadonlyMap<string, string>;

type Asker = Pick<Who, "subject" | "groups">;

const PER_USER = "ALERT_CONFIGURATION_SCOPE_TYPE_PER_USER";

/** Every count of every budget that is for an endpoint's questions: what all spend together, and what the caller does. */
export function applying(
  budgets: readonly Budget[],
  groups: GroupNames,
  who: Asker,
  endpoint?: Pick<ModelEndpoint, "tags">,
): readonly Applying[] {
  return budgets
    .filter(({ filter }) => !endpoint || isFor(filter, endpoint))
    .flatMap((budget) => {
      const alerts = Map.groupBy(budget.alert_configurations, ({ scope_type }) => scope_type === PER_USER);
      return [...alerts].map(([isPerUser, all]) => {
        const thresholds = all.map((alert) => ({
          amount: amountFor(alert, groups, who),
          isBlocking: isBlocking(alert),
        }));
        return {
          budget,
          budget_id: budget.id,
          principal_id: isPerUser ? who.subject.id : "",
          thresholds,
          max: thresholds.find((one) => one.isBlocking)?.amount ?? null,
        };
      });
    });
}

/** Whether a budget is for this endpoint by its tags, rather than for all. */
export const isForTags = (budgets: readonly Budget[], endpoint: Pick<ModelEndpoint, "tags">): boolean =>
  budgets.some(({ filter }) => (filter?.tags ?? []).length > 0 && isFor(filter, endpoint));

/** All that a filter says must hold, each tag by one of its values. Workspaces are not asked for: there is one. */
const isFor = (filter: BudgetFilter | undefined, { tags }: Pick<ModelEndpoint, "tags">): boolean =>
  (filter?.tags ?? []).every(({ key, value: { values } }) =>
    tags.some((tag) => tag.key === key && values.includes(tag.value ?? "")),
  );

/**
 * What an alert allows the caller: what is said of the caller by id, or else the most that is said of any of the caller's groups, or what is
 * said of everybody. Source: Databricks docs "Manage budgets for Unity AI Gateway", per-user overrides.
 */
function amountFor(
  { quantity_threshold, principal_overrides = [] }: AlertConfiguration,
  groups: GroupNames,
  { subject, groups: own }: Asker,
): number {
  const named = principal_overrides.find(({ principal_id }) => String(principal_id) === subject.id);
  if (named) return nanodollarsOf(named.override_threshold)!;
  const ofGroups = principal_overrides.filter(({ principal_id }) => {
    const name = groups.get(String(principal_id));
    return name !== undefined && own.includes(name);
  });
  const amounts = ofGroups.map(({ override_threshold }) => nanodollarsOf(override_threshold)!);
  return amounts.length > 0 ? Math.max(...amounts) : nanodollarsOf(quantity_threshold)!;
}
