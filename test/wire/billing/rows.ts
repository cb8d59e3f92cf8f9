import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import { ANYONE, never, type Refusal, type Row } from "../row.ts";
import type { Ask, WireWorld } from "../world.ts";

const PATH = "/api/2.1/accounts/{account_id}/budgets";
const STATUSES = "/api/2.1/accounts/{account_id}/budget-spend-statuses";
const NOT_HIDDEN = never("whoever does not administer the account is told so, whatever budget it names");

const of = ({ platform }: WireWorld, more: Record<string, string> = {}): Ask => ({
  path: { account_id: platform.services.site.account_id, ...more },
});

const budget = (more: object = {}) => ({
  display_name: "quay",
  resource_type: "BUDGET_RESOURCE_TYPE_UNITY_AI_GATEWAY",
  filter: { tags: [{ key: "team", value: { operator: "IN", values: ["nobody"] } }] },
  alert_configurations: [
    {
      time_period: "MONTH",
      trigger_type: "CUMULATIVE_SPENDING_EXCEEDED",
      quantity_type: "LIST_PRICE_DOLLARS_USD",
      quantity_threshold: "840",
      action_configurations: [{ action_type: "BLOCK_USAGE" }],
    },
  ],
  ...more,
});

async function made(world: WireWorld): Promise<string> {
  const ask = { ...of(world), body: { budget: budget() } };
  const { body, text } = await world.send("POST", PATH, ask, world.token("admin"));
  assert.ok(body.budget, text);
  return String((body.budget as JsonObject).budget_configuration_id);
}

const forbidden = (ask: Refusal["ask"]): readonly Refusal[] => [
  {
    because: "somebody who does not administer",
    as: "reader",
    ask,
    status: 403,
    code: "PERMISSION_DENIED",
    message: /./,
  },
];
const invalid = (because: string, ask: Refusal["ask"], message: RegExp): Refusal => ({
  ...{ because, ask, status: 400, code: "INVALID_PARAMETER_VALUE", message },
});
const wrongBudgets = (more: Record<string, string> = {}): readonly Refusal[] => [
  invalid("no budget", (world) => ({ ...of(world, more), body: {} }), /'budget' must be an object/),
  invalid(
    "a field that would not be kept",
    (world) => ({ ...of(world, more), body: { budget: budget({ hard_limit: true }) } }),
    /'budget\.hard_limit' is not known here/,
  ),
  invalid(
    "a field beside it",
    (world) => ({ ...of(world, more), body: { budget: budget(), validate_only: true } }),
    /'body\.validate_only' is not known here/,
  ),
  invalid(
    "no alert",
    (world) => ({ ...of(world, more), body: { budget: budget({ alert_configurations: [] }) } }),
    /must have at least one/,
  ),
];
const mail: Refusal = {
  because: "mail",
  ask: (world) => {
    const [alert] = budget().alert_configurations;
    const action_configurations = [{ action_type: "EMAIL_NOTIFICATION", target: "ada@board.org" }];
    const alert_configurations = [{ ...alert, action_configurations }];
    return { ...of(world), body: { budget: budget({ alert_configurations }) } };
  },
  status: 501,
  code: "NOT_IMPLEMENTED",
  message: /mail, which this server does not send/,
};
const missing = (more: Partial<Ask> = {}): Refusal => ({
  because: "a budget that there is not",
  ask: (world) => ({ ...of(world, { budget_id: "none" }), ...more }),
  status: 404,
  code: "RESOURCE_DOES_NOT_EXIST",
  message: /No budget has the id 'none'/,
});
const elsewhere = (more: Partial<Ask> = {}): Refusal => ({
  because: "the id of another account",
  ask: (world) => ({ ...of(world, { account_id: "another", budget_id: "none" }), ...more }),
  status: 404,
  code: "RESOURCE_DOES_NOT_EXIST",
  message: /No account 'another' is served here/,
});
const wrongPage = invalid(
  "a page_token that is not of this list",
  (world) => ({ ...of(world), query: { page_token: "!" } }),
  /'page_token' is not one of this list/,
);

export const billingRows: readonly Row[] = [
  {
    of: `POST ${PATH}`,
    success: {
      ask: (world) => ({ ...of(world), body: { budget: budget() } }),
      shows: ({ body }, { platform }) => {
        const shown = body.budget as JsonObject;
        assert.equal(shown.account_id, platform.services.site.account_id);
        const [alert] = shown.alert_configurations as JsonObject[];
        assert.equal(alert?.quantity_threshold, "840");
        assert.ok(alert?.alert_configuration_id && shown.create_time === shown.update_time);
      },
    },
    forbidden: forbidden((world) => ({ ...of(world), body: { budget: budget() } })),
    hidden: NOT_HIDDEN,
    malformed: wrongBudgets(),
    also: [mail, elsewhere({ body: { budget: budget() } })],
  },
  {
    of: `GET ${PATH}`,
    success: {
      ask: async (world) => {
        await made(world);
        return of(world);
      },
      shows: ({ body }) => assert.ok((body.budgets as JsonObject[]).length > 0),
    },
    forbidden: forbidden((world) => of(world)),
    hidden: NOT_HIDDEN,
    malformed: [wrongPage],
    also: [elsewhere()],
  },
  {
    of: `GET ${PATH}/{budget_id}`,
    success: {
      ask: async (world) => of(world, { budget_id: await made(world) }),
      shows: ({ body }) => assert.equal((body.budget as JsonObject).display_name, "quay"),
    },
    forbidden: forbidden((world) => of(world, { budget_id: "none" })),
    hidden: NOT_HIDDEN,
    malformed: never("an id is any text"),
    also: [missing(), elsewhere()],
  },
  {
    of: `PUT ${PATH}/{budget_id}`,
    success: {
      ask: async (world) => ({
        ...of(world, { budget_id: await made(world) }),
        body: { budget: budget({ display_name: "pier" }) },
      }),
      shows: ({ body }) => assert.equal((body.budget as JsonObject).display_name, "pier"),
    },
    forbidden: forbidden((world) => ({ ...of(world, { budget_id: "none" }), body: { budget: budget() } })),
    hidden: NOT_HIDDEN,
    malformed: wrongBudgets({ budget_id: "none" }),
    also: [missing({ body: { budget: budget() } }), elsewhere({ body: { budget: budget() } })],
  },
  {
    of: `DELETE ${PATH}/{budget_id}`,
    success: {
      ask: async (world) => of(world, { budget_id: await made(world) }),
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: forbidden((world) => of(world, { budget_id: "none" })),
    hidden: NOT_HIDDEN,
    malformed: [],
    also: [missing(), elsewhere()],
  },
  {
    of: `GET ${STATUSES}`,
    success: {
      as: "reader",
      ask: async (world) => {
        await made(world);
        return of(world);
      },
      shows: ({ body }) => {
        const [status] = body.budget_spend_statuses as JsonObject[];
        const [alert] = status!.alert_spend_statuses as JsonObject[];
        assert.deepEqual([alert?.percent_consumed, alert?.spend, alert?.threshold], ["0", undefined, undefined]);
      },
    },
    forbidden: ANYONE,
    hidden: never("it tells of the caller's own spend alone"),
    malformed: [wrongPage],
    also: [elsewhere()],
  },
  {
    of: `GET ${STATUSES}/{budget_id}`,
    success: {
      as: "reader",
      ask: async (world) => of(world, { budget_id: await made(world) }),
      shows: ({ body }) => assert.match(String(body.name), /^accounts\/[\w-]+\/budget-spend-statuses\/[\w-]+$/),
    },
    forbidden: ANYONE,
    hidden: never("whoever is bound by a budget may know of it"),
    malformed: never("an id is any text"),
    also: [{ ...missing(), message: /No budget that blocks has the id 'none'/ }, elsewhere()],
  },
];
