import type { IdSource } from "#base/ids.ts";
import type { Json, JsonObject } from "#base/json.ts";
import type { AlertConfiguration, BudgetConfiguration } from "#wire/billing/budgets.ts";
import { Fault } from "#wire/errors.ts";
import { listAt, numberAt, objectAt, oneOf, refuse, textAt } from "../configuration/fields.ts";
import { filterOf } from "./filter.ts";
import { DOLLARS_MAX, nanodollarsOf } from "./money.ts";

/** Source: databricks-sdk-py `service/billing.py`, display_name. */
const NAME_CHARACTERS_MAX = 128;
/** Source of both: Databricks' REST reference of budgets, alert_configurations. */
const SHARED_ALERTS_MAX = 4;
const OVERRIDES_MAX = 20;
const ID_CHARACTERS_MAX = 64;

const SHARED = "ALERT_CONFIGURATION_SCOPE_TYPE_SHARED";
const PER_USER = "ALERT_CONFIGURATION_SCOPE_TYPE_PER_USER";
const ALL = "BUDGET_RESOURCE_TYPE_ALL_RESOURCES";
const GATEWAY = "BUDGET_RESOURCE_TYPE_UNITY_AI_GATEWAY";

const budgetFields = ["display_name", "resource_type", "filter", "alert_configurations"];
/** What a client sends back of what it was shown. */
const shownFields = ["budget_configuration_id", "account_id", "create_time", "update_time"];
const alertFields = [
  "alert_configuration_id",
  "time_period",
  "trigger_type",
  "quantity_type",
  "quantity_threshold",
  "scope_type",
  "principal_overrides",
  "action_configurations",
];

/** A budget but for its ids and times. */
export type BudgetInput = Pick<
  BudgetConfiguration,
  "display_name" | "resource_type" | "filter" | "alert_configurations"
>;

/**
 * A budget as it is sent. What is accepted is kept and shown as it was given, with ids for what has none; nothing that is not kept is accepted.
 * @throws Fault INVALID_PARAMETER_VALUE naming the field; NOT_IMPLEMENTED for what this server does not do.
 */
export function readBudget(value: Json | undefined, { ids, workspace_id, ...named }: ReadPorts): BudgetInput {
  const fields = objectAt(value, "budget", [...budgetFields, ...shownFields]);
  for (const field of ["account_id", "budget_configuration_id"] as const)
    if (fields[field] !== undefined && fields[field] !== named[field])
      refuse(`'budget.${field}' is not that of the path: leave it out.`);
  const display_name = textAt(fields.display_name, "budget.display_name");
  if (display_name.length > NAME_CHARACTERS_MAX)
    refuse(`'budget.display_name' has at most ${NAME_CHARACTERS_MAX} characters.`);
  const resource_type = oneOf(fields.resource_type ?? ALL, [ALL, GATEWAY] as const, "budget.resource_type");
  const alerts = listAt(fields.alert_configurations, "budget.alert_configurations");
  const alert_configurations = alerts.map((one, index) => alertOf(one, `budget.alert_configurations[${index}]`, ids));
  assertTogether(alert_configurations, resource_type);
  const { filter } = fields;
  return {
    display_name,
    resource_type,
    ...(filter !== undefined && { filter: filterOf(filter, workspace_id) }),
    alert_configurations,
  };
}

export interface ReadPorts {
  readonly ids: IdSource;
  readonly account_id: string;
  /** Of a budget that is there already. */
  readonly budget_configuration_id?: string;
  /** Numeric, as text. */
  readonly workspace_id: string;
}

/** Source: Databricks' REST reference of budgets, alert_configurations, which says how many there may be of what. */
function assertTogether(
  alerts: readonly AlertConfiguration[],
  resource_type: BudgetConfiguration["resource_type"],
): void {
  if (alerts.length === 0) refuse("'budget.alert_configurations' must have at least one.");
  const shared = alerts.filter(({ scope_type }) => scope_type === SHARED);
  const perUser = alerts.filter(({ scope_type }) => scope_type === PER_USER);
  if (shared.length > SHARED_ALERTS_MAX) refuse(`A budget has at most ${SHARED_ALERTS_MAX} shared alerts.`);
  if (perUser.length > 1) refuse("A budget has at most one alert for each user.");
  const amounts = shared.map(amountOf);
  if (new Set(amounts).size < amounts.length) refuse("No two shared alerts of a budget have the same threshold.");
  const blocking = shared.filter(isBlocking);
  if (blocking.length > 1) refuse("At most one shared alert of a budget blocks usage.");
  if (blocking[0] && amountOf(blocking[0]) < Math.max(...amounts))
    refuse("The shared alert that blocks usage must be the one with the highest threshold.");
  if (resource_type === GATEWAY) return;
  if (perUser.length > 0) refuse(`An alert for each user needs the 'resource_type' ${GATEWAY}.`);
  if (alerts.some(isBlocking)) refuse(`BLOCK_USAGE needs the 'resource_type' ${GATEWAY}.`);
}

const amountOf = ({ quantity_threshold }: AlertConfiguration): number => nanodollarsOf(quantity_threshold)!;

/** Whether questions are refused that would go past an alert's threshold. */
export const isBlocking = ({ action_configurations }: AlertConfiguration): boolean => action_configurations.length > 0;

function alertOf(value: Json, at: string, ids: IdSource): AlertConfiguration {
  const fields = objectAt(value, at, alertFields);
  const scope_type = oneOf(fields.scope_type ?? SHARED, [SHARED, PER_USER] as const, `${at}.scope_type`);
  const { principal_overrides, action_configurations } = fields;
  if (scope_type === SHARED && principal_overrides !== undefined)
    refuse(`'${at}.principal_overrides' needs the 'scope_type' ${PER_USER}.`);
  return {
    alert_configuration_id: idAt(fields.alert_configuration_id, `${at}.alert_configuration_id`, ids),
    time_period: oneOf(fields.time_period, ["MONTH"] as const, `${at}.time_period`),
    trigger_type: oneOf(fields.trigger_type, ["CUMULATIVE_SPENDING_EXCEEDED"] as const, `${at}.trigger_type`),
    quantity_type: oneOf(fields.quantity_type, ["LIST_PRICE_DOLLARS_USD"] as const, `${at}.quantity_type`),
    quantity_threshold: amountAt(fields.quantity_threshold, `${at}.quantity_threshold`),
    scope_type,
    ...(principal_overrides !== undefined && {
      principal_overrides: overridesOf(principal_overrides, `${at}.principal_overrides`),
    }),
    action_configurations: actionsOf(action_configurations ?? [], `${at}.action_configurations`, ids),
  };
}

function actionsOf(value: Json, at: string, ids: IdSource): AlertConfiguration["action_configurations"] {
  const actions = listAt(value, at).map((one, index) => {
    const here = `${at}[${index}]`;
    const { action_type, target, action_configuration_id } = objectAt(one, here, [
      "action_configuration_id",
      "action_type",
      "target",
    ]);
    if (action_type === "EMAIL_NOTIFICATION")
      throw new Fault(
        "NOT_IMPLEMENTED",
        `'${here}' asks for mail, which this server does not send. Leave it out: each alert is in the server's log and, by budget_alerts, in system.serving.endpoint_usage.`,
      );
    const known = oneOf(action_type, ["BLOCK_USAGE"] as const, `${here}.action_type`);
    if (target !== undefined) refuse(`'${here}.target' cannot be set where the action is BLOCK_USAGE.`);
    return {
      action_configuration_id: idAt(action_configuration_id, `${here}.action_configuration_id`, ids),
      action_type: known,
    };
  });
  return actions.length > 1 ? refuse(`'${at}' has BLOCK_USAGE more than once.`) : actions;
}

function overridesOf(value: Json, at: string): NonNullable<AlertConfiguration["principal_overrides"]> {
  const overrides = listAt(value, at).map((one, index) => {
    const here = `${at}[${index}]`;
    const { principal_id, override_threshold } = objectAt(one, here, ["principal_id", "override_threshold"]);
    return {
      principal_id: numberAt(principal_id, `${here}.principal_id`, 0, Number.MAX_SAFE_INTEGER),
      override_threshold: amountAt(override_threshold, `${here}.override_threshold`),
    };
  });
  if (overrides.length > OVERRIDES_MAX) refuse(`'${at}' has at most ${OVERRIDES_MAX} entries.`);
  const principals = new Set(overrides.map(({ principal_id }) => principal_id));
  return principals.size < overrides.length ? refuse(`'${at}' names a principal twice.`) : overrides;
}

function amountAt(value: Json | undefined, at: string): string {
  const isAmount = typeof value === "string" && nanodollarsOf(value) !== undefined;
  return isAmount
    ? value
    : refuse(`'${at}' must be a text of dollars, as "840" or "12.50", up to ${DOLLARS_MAX} and to a billionth.`);
}

function idAt(value: Json | undefined, at: string, ids: IdSource): string {
  if (value === undefined) return ids.uuid();
  const id = textAt(value, at);
  return id.length <= ID_CHARACTERS_MAX ? id : refuse(`'${at}' has at most ${ID_CHARACTERS_MAX} characters.`);
}

/** The whole body of a request, which has the budget alone. */
export const budgetIn = (body: JsonObject): Json | undefined => objectAt(body, "body", ["budget"]).budget;
