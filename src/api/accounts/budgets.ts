import { Type } from "typebox";
import type { JsonObject } from "#base/json.ts";
import { workspace } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { assertAccount } from "./account.ts";
import { pageInput, pageOf } from "./page.ts";

/** Source: databricks-sdk-py `service/billing.py`, BudgetsAPI. */
const PATH = "/api/2.1/accounts/{account_id}/budgets";
/** Source: Databricks' REST reference, Budget Spend Status. */
const STATUSES = "/api/2.1/accounts/{account_id}/budget-spend-statuses";

const account = { account_id: Type.String({ minLength: 1 }) };
const one = { ...account, budget_id: Type.String({ minLength: 1 }) };
/** Read field by field by the gateway, which refuses what it does not know. */
const anything = { additionalProperties: true };
const Shown = Type.Object({}, anything);
const common = { scope: "billing", what: () => workspace } as const;

const bodyOf = (input: object, ...path: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(input).filter(([name]) => !path.includes(name)));

export const budgetEndpoints: readonly Endpoint[] = [
  endpoint({
    ...common,
    method: "POST",
    path: PATH,
    action: "budget.create",
    input: Type.Object(account, anything),
    output: Shown,
    run: async ({ gateway, site }, permit, input) => {
      assertAccount(input.account_id, site);
      return { budget: await gateway.budgets.create(permit, bodyOf(input, "account_id")) };
    },
  }),
  endpoint({
    ...common,
    method: "GET",
    path: PATH,
    action: "budget.read",
    input: Type.Object({ ...account, ...pageInput }),
    output: Shown,
    run: async ({ gateway, site }, permit, input) => {
      assertAccount(input.account_id, site);
      const { items, next } = pageOf(await gateway.budgets.list(permit), input, (each) => each.budget_configuration_id);
      return { budgets: items, ...next };
    },
  }),
  endpoint({
    ...common,
    method: "GET",
    path: `${PATH}/{budget_id}`,
    action: "budget.read",
    input: Type.Object(one),
    output: Shown,
    run: async ({ gateway, site }, permit, { account_id, budget_id }) => {
      assertAccount(account_id, site);
      return { budget: await gateway.budgets.get(permit, budget_id) };
    },
  }),
  endpoint({
    ...common,
    method: "PUT",
    path: `${PATH}/{budget_id}`,
    action: "budget.update",
    input: Type.Object(one, anything),
    output: Shown,
    run: async ({ gateway, site }, permit, input) => {
      assertAccount(input.account_id, site);
      const body = bodyOf(input, "account_id", "budget_id");
      return { budget: await gateway.budgets.update(permit, input.budget_id, body) };
    },
  }),
  endpoint({
    ...common,
    method: "DELETE",
    path: `${PATH}/{budget_id}`,
    action: "budget.delete",
    input: Type.Object(one),
    output: Type.Object({}),
    run: async ({ gateway, site }, permit, { account_id, budget_id }) => {
      assertAccount(account_id, site);
      await gateway.budgets.remove(permit, budget_id);
      return {};
    },
  }),
  endpoint({
    ...common,
    method: "GET",
    path: STATUSES,
    action: "budget.read_own_spend",
    input: Type.Object({ ...account, ...pageInput }),
    output: Shown,
    run: async ({ gateway, site }, permit, input) => {
      assertAccount(input.account_id, site);
      const { items, next } = pageOf(await gateway.budgets.spend(permit), input, (each) => each.name);
      return { budget_spend_statuses: items, ...next };
    },
  }),
  endpoint({
    ...common,
    method: "GET",
    path: `${STATUSES}/{budget_id}`,
    action: "budget.read_own_spend",
    input: Type.Object(one),
    output: Shown,
    run: async ({ gateway, site }, permit, { account_id, budget_id }) => {
      assertAccount(account_id, site);
      const found = (await gateway.budgets.spend(permit)).find(({ name }) => name.endsWith(`/${budget_id}`));
      if (found) return found;
      throw new Fault("RESOURCE_DOES_NOT_EXIST", `No budget that blocks has the id '${budget_id.slice(0, 100)}'.`);
    },
  }),
];
