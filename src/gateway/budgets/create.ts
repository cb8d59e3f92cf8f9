import type { Pricing } from "#audit/mod.ts";
import type { Clock } from "#base/clock.ts";
import { type Log, silentLog } from "#base/log.ts";
import type { Database } from "#db/mod.ts";
import type { BudgetAlert, Cost, ModelUsage, Who } from "#kernel/mod.ts";
import { faultOf } from "#wire/errors.ts";
import type { AskedModels } from "../asked.ts";
import { type Applying, applying, type GroupNames, isForTags } from "./applying.ts";
import { costEstimate, type PricedEstimate } from "./estimate.ts";
import { exhausted, unpriced } from "./exhausted.ts";
import { dollarsOf, nanodollarsFor } from "./money.ts";
import { monthOf } from "./month.ts";
import { type Budget, type BudgetStore, budgetStore } from "./store.ts";

/** What is held of budgets for one question. */
export interface BudgetHold {
  /**
   * Spends what the question cost in place of what was held, in the month in which it was asked. Never rejects: an answer is not taken back because
   * it could not be counted; what was held then stays held until the month is over, and the log says so. A second call changes nothing.
   * @returns what is to be on record of it
   */
  settle(usage: ModelUsage): Promise<Pick<ModelUsage, "cost" | "budget_alerts">>;
}

export interface Budgets {
  /**
   * Holds what the question may cost of every budget that is for it, or of none.
   * @throws Fault PERMISSION_DENIED naming the budget, how much it is and when it begins anew; TEMPORARILY_UNAVAILABLE when nothing can be counted.
   */
  hold(who: Pick<Who, "subject" | "groups">, endpoint: AskedModels, estimate: PricedEstimate): Promise<BudgetHold>;
  /** All budgets and the names of groups that they need, as long as nothing that is governed changes. */
  known(): Promise<Known>;
  /** Whether one of them is for an endpoint by its tags. */
  areForTags(endpoint: Pick<AskedModels, "tags">): Promise<boolean>;
  readonly store: BudgetStore;
}

interface Known {
  readonly budgets: readonly Budget[];
  readonly groups: GroupNames;
}

export interface BudgetPorts {
  readonly db: Database;
  readonly clock: Clock;
  readonly log?: Log;
  readonly pricing: Pricing;
  /** All groups of the directory. */
  readonly groups: () => Promise<readonly { readonly id: string; readonly name: string }[]>;
}

export function createBudgets({ db, clock, log = silentLog, pricing, groups }: BudgetPorts): Budgets {
  const store = budgetStore(db);
  const remembered = db.governance.cache<Known>(1);
  const load = async (): Promise<Known> => {
    const budgets = await store.all();
    const hasOverrides = budgets.some((one) => one.alert_configurations.some((alert) => alert.principal_overrides));
    const named = hasOverrides ? await groups() : [];
    return { budgets, groups: new Map(named.map(({ id, name }) => [id, name])) };
  };
  const known = async (): Promise<Known> => (await remembered.get("all", load))!;
  const costOf = (usage: ModelUsage): { readonly cost?: Cost } => {
    const cost = pricing.costOf(usage, clock.now_ms());
    return cost ? { cost } : {};
  };
  const free: BudgetHold = { settle: async (usage) => costOf(usage) };
  return {
    store,
    known,
    areForTags: async (endpoint) => isForTags((await known()).budgets, endpoint),
    hold: async (who, endpoint, estimate) => {
      const all = await known();
      const applies = applying(all.budgets, all.groups, who, endpoint);
      if (applies.length === 0) return free;
      const now_ms = clock.now_ms();
      const may = costEstimate(pricing, endpoint, estimate, now_ms);
      const blocking = applies.find(({ max }) => max !== null);
      if (typeof may === "string" && blocking) throw unpriced(blocking, may);
      const { firm, wanted } = typeof may === "string" ? { firm: 0, wanted: 0 } : may;
      if (wanted === 0 && typeof may !== "string") return free;
      const { start_ms, end_ms } = monthOf(now_ms);
      const { isTaken, gone, held } = await store.hold(applies, start_ms, firm, wanted);
      if (!isTaken) throw exhausted(applies, gone, firm, end_ms);
      let settled: ReturnType<BudgetHold["settle"]> | undefined;
      return {
        settle: (usage) => {
          settled ??= settle(usage, applies, start_ms, held);
          return settled;
        },
      };
    },
  };

  async function settle(
    usage: ModelUsage,
    applies: readonly Applying[],
    start_ms: number,
    held: readonly number[],
  ): ReturnType<BudgetHold["settle"]> {
    const costs = costOf(usage);
    const spent = nanodollarsFor(costs.cost?.usd ?? 0);
    try {
      const before = await store.spend(applies, start_ms, held, spent);
      const budget_alerts = applies.flatMap((one, i) => passed(one, before[i] ?? null, spent));
      for (const alert of budget_alerts) log.warn({ ...alert }, "A budget's threshold was passed.");
      return { ...costs, ...(budget_alerts.length > 0 && { budget_alerts }) };
    } catch (thrown) {
      const reason = faultOf(thrown).options.internal ?? faultOf(thrown).message;
      log.warn({ endpoint_id: usage.endpoint_id, reason }, "What a question cost could not be counted: it stays held.");
      return costs;
    }
  }
}

/** The thresholds that a count came to by what was spent. Each question sees its own step, so that each threshold is passed once. */
function passed({ budget, thresholds, principal_id }: Applying, before: number | null, spent: number): BudgetAlert[] {
  if (before === null) return [];
  return thresholds
    .filter(({ amount }) => before < amount && amount <= before + spent)
    .map(({ amount }) => ({
      budget_id: budget.id,
      budget: budget.display_name,
      threshold: dollarsOf(amount),
      scope: principal_id === "" ? ("shared" as const) : ("per_user" as const),
    }));
}
