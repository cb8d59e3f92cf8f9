import type { Json } from "#base/json.ts";
import type { BudgetFilter } from "#wire/billing/budgets.ts";
import { listAt, objectAt, oneOf, refuse, textAt } from "../configuration/fields.ts";

/** More would be looked at for each question. */
const TAGS_MAX = 20;
const VALUES_MAX = 100;

/** What a budget is for: endpoints by their tags. A workspace can only be the one that there is. @throws Fault INVALID_PARAMETER_VALUE */
export function filterOf(value: Json, workspace_id: string): BudgetFilter {
  const { workspace_id: workspaces, tags } = objectAt(value, "budget.filter", ["workspace_id", "tags"]);
  return {
    ...(workspaces !== undefined && { workspace_id: workspacesOf(workspaces, workspace_id) }),
    ...(tags !== undefined && { tags: tagsOf(tags) }),
  };
}

function workspacesOf(value: Json, workspace_id: string): NonNullable<BudgetFilter["workspace_id"]> {
  const at = "budget.filter.workspace_id";
  const { operator, values } = objectAt(value, at, ["operator", "values"]);
  const named = listAt(values, `${at}.values`);
  if (named.length === 0 || named.some((one) => String(one) !== workspace_id))
    refuse(`'${at}.values' must be [${workspace_id}]: this account has that one workspace. Or leave it out.`);
  return { operator: oneOf(operator, ["IN"] as const, `${at}.operator`), values: named.map(Number) };
}

function tagsOf(value: Json): NonNullable<BudgetFilter["tags"]> {
  const at = "budget.filter.tags";
  const tags = listAt(value, at).map((one, index) => {
    const here = `${at}[${index}]`;
    const { key, value: wanted } = objectAt(one, here, ["key", "value"]);
    const { operator, values } = objectAt(wanted, `${here}.value`, ["operator", "values"]);
    const texts = listAt(values, `${here}.value.values`).map((text) => textAt(text, `${here}.value.values`));
    if (texts.length === 0 || texts.length > VALUES_MAX)
      refuse(`'${here}.value.values' must have 1 to ${VALUES_MAX} values.`);
    return {
      key: textAt(key, `${here}.key`),
      value: { operator: oneOf(operator, ["IN"] as const, `${here}.value.operator`), values: texts },
    };
  });
  return tags.length > TAGS_MAX ? refuse(`'${at}' has at most ${TAGS_MAX} tags.`) : tags;
}
