import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import type { JsonObject } from "#base/json.ts";
import { assertPermit, type Permit, type Transactions } from "#kernel/mod.ts";
import type { BudgetConfiguration, BudgetSpendStatus } from "#wire/billing/budgets.ts";
import { Fault } from "#wire/errors.ts";
import { applying } from "./applying.ts";
import type { Budgets } from "./create.ts";
import { dollarsOf } from "./money.ts";
import { monthOf } from "./month.ts";
import { budgetIn, readBudget } from "./read.ts";
import type { Budget } from "./store.ts";

/** The account's budgets by REST, and what the caller has spent of those that block. */
export interface BudgetAdministration {
  create(permit: Permit<"budget.create">, body: JsonObject): Promise<BudgetConfiguration>;
  list(permit: Permit<"budget.read">): Promise<readonly BudgetConfiguration[]>;
  get(permit: Permit<"budget.read">, id: string): Promise<BudgetConfiguration>;
  /** Replaces it; what was spent of it stays. */
  update(permit: Permit<"budget.update">, id: string, body: JsonObject): Promise<BudgetConfiguration>;
  remove(permit: Permit<"budget.delete">, id: string): Promise<void>;
  /** Of each budget that blocks. */
  spend(permit: Permit<"budget.read_own_spend">): Promise<readonly BudgetSpendStatus[]>;
}

export interface AdministrationPorts {
  readonly budgets: Budgets;
  readonly transactions: Transactions;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly account_id: string;
  readonly workspace_id: string;
}

/** More would be looked at for each question. */
const BUDGETS_MAX = 100;
const PERCENT = 100;
/** What is not there is repeated in a refusal, but not at any length. */
const ID_SHOWN_MAX = 100;

export function administerBudgets(ports: AdministrationPorts): BudgetAdministration {
  const { budgets, transactions, clock, ids, account_id, workspace_id } = ports;
  const { store } = budgets;
  const shown = ({ id, created_at_ms, updated_at_ms, ...budget }: Budget): BudgetConfiguration => ({
    budget_configuration_id: id,
    account_id,
    create_time: created_at_ms,
    update_time: updated_at_ms,
    ...budget,
  });
  const missing = (id: string): Fault =>
    new Fault(
      "RESOURCE_DOES_NOT_EXIST",
      `No budget has the id '${id.slice(0, ID_SHOWN_MAX)}'. List them to see which there are.`,
    );
  return {
    create: async (permit, body) => {
      assertPermit(permit, "budget.create");
      const read = readBudget(budgetIn(body), { ids, workspace_id, account_id });
      const now_ms = clock.now_ms();
      const budget: Budget = { ...read, id: ids.uuid(), created_at_ms: now_ms, updated_at_ms: now_ms };
      return await transactions.run(async (transaction) => {
        if ((await store.all()).length >= BUDGETS_MAX)
          throw new Fault("QUOTA_EXCEEDED", `An account has at most ${BUDGETS_MAX} budgets. Delete one first.`);
        await store.insert(transaction, budget);
        await permit.settleIn(transaction, { status: "ok" });
        return shown(budget);
      });
    },
    list: async (permit) => {
      assertPermit(permit, "budget.read");
      return (await store.all()).map(shown);
    },
    get: async (permit, id) => {
      assertPermit(permit, "budget.read");
      const found = (await store.all()).find((one) => one.id === id);
      if (!found) throw missing(id);
      return shown(found);
    },
    update: async (permit, id, body) => {
      assertPermit(permit, "budget.update");
      const read = readBudget(budgetIn(body), { ids, workspace_id, account_id, budget_configuration_id: id });
      return await transactions.run(async (transaction) => {
        const found = await store.find(transaction, id);
        if (!found) throw missing(id);
        const { created_at_ms } = found;
        const changed: Budget = { ...read, id, created_at_ms, updated_at_ms: clock.now_ms() };
        await store.update(transaction, changed);
        await permit.settleIn(transaction, { status: "ok" });
        return shown(changed);
      });
    },
    remove: async (permit, id) => {
      assertPermit(permit, "budget.delete");
      await transactions.run(async (transaction) => {
        if (!(await store.find(transaction, id))) throw missing(id);
        await store.remove(transaction, id);
        await permit.settleIn(transaction, { status: "ok" });
      });
    },
    spend: async (permit) => {
      assertPermit(permit, "budget.read_own_spend");
      const known = await budgets.known();
      const blocking = applying(known.budgets, known.groups, permit.who).filter(({ max }) => max !== null);
      const spent = await store.spent(blocking, monthOf(clock.now_ms()).start_ms);
      const byBudget = Map.groupBy(blocking.entries(), ([, { budget_id }]) => budget_id);
      return [...byBudget].map(([id, all]) => ({
        name: `accounts/${account_id}/budget-spend-statuses/${id}`,
        alert_spend_statuses: all.map(([index, { principal_id, max }]) => ({
          scope_type: principal_id === "" ? SHARED : PER_USER,
          time_period: "MONTH" as const,
          ...(principal_id !== "" && { spend: dollarsOf(spent[index]!), threshold: dollarsOf(max!) }),
          percent_consumed: percentOf(spent[index]!, max!),
        })),
      }));
    },
  };
}

const SHARED = "ALERT_CONFIGURATION_SCOPE_TYPE_SHARED";
const PER_USER = "ALERT_CONFIGURATION_SCOPE_TYPE_PER_USER";

/** Of nothing all is gone. */
const percentOf = (spent: number, max: number): string =>
  max === 0 ? String(PERCENT) : String(Math.floor((spent * PERCENT * PERCENT) / max) / PERCENT);
