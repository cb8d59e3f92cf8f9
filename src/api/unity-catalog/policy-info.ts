import {
  type AttributeArgument,
  type ConditionText,
  type DefinedPolicy,
  type NewPolicy,
  tagsNamed,
} from "#kernel/mod.ts";
import { parseTagCondition } from "#sql/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { PolicyInfo, PolicySaid } from "#wire/unity-catalog/policies.ts";

/** A policy as the wire tells it. */
export function policyInfo(found: DefinedPolicy): PolicyInfo {
  const conditions = [...(found.when ? [found.when] : []), ...found.match.map((one) => one.condition)];
  const tags = new Map(
    conditions
      .flatMap((one) => tagsNamed(one.condition))
      .map(({ key, value }) => [
        JSON.stringify([key, value]),
        { tag_key: key, ...(value !== undefined && { tag_value: value }) },
      ]),
  );
  const options = { function_name: found.function, using: found.using.map(argumentInfo) };
  return {
    id: found.id,
    name: found.name,
    ...(found.comment !== null && { comment: found.comment }),
    on_securable_type: found.on.type,
    on_securable_fullname: found.on.name,
    for_securable_type: "TABLE",
    policy_type: found.masks === null ? "POLICY_TYPE_ROW_FILTER" : "POLICY_TYPE_COLUMN_MASK",
    to_principals: [...found.to],
    except_principals: [...found.except],
    ...(found.when && { when_condition: found.when.text }),
    match_columns: found.match.map(({ alias, condition }) => ({
      condition: condition.text,
      ...(alias !== null && { alias }),
    })),
    ...(found.masks === null ? { row_filter: options } : { column_mask: { ...options, on_column: found.masks } }),
    governed_tags: [...tags.values()],
    created_at: found.created_at.getTime(),
    created_by: found.created_by,
    updated_at: found.updated_at.getTime(),
    updated_by: found.updated_by,
  };
}

/** A policy as a request says it. @throws Fault INVALID_PARAMETER_VALUE, NOT_IMPLEMENTED, BAD_REQUEST for a condition that is none. */
export function policySaid(said: PolicySaid): NewPolicy {
  if (said.for_securable_type !== "TABLE")
    throw new Fault("NOT_IMPLEMENTED", "Policies are for tables here: 'for_securable_type' is TABLE.");
  const options = optionsOf(said);
  return {
    name: said.name,
    comment: said.comment ?? null,
    function: options.function_name,
    to: said.to_principals,
    except: said.except_principals ?? [],
    when: said.when_condition ? conditionOf(said.when_condition) : null,
    match: (said.match_columns ?? []).map(({ alias, condition }) => ({
      alias: alias ? alias.toLowerCase() : null,
      condition: conditionOf(condition),
    })),
    masks: "on_column" in options ? options.on_column.toLowerCase() : null,
    using: (options.using ?? []).map(argumentOf),
  };
}

function optionsOf({ policy_type, row_filter, column_mask }: PolicySaid) {
  if (policy_type === "POLICY_TYPE_GRANT" || policy_type === "POLICY_TYPE_DENY")
    throw new Fault(
      "NOT_IMPLEMENTED",
      `Policies of ${policy_type} are not available on this server: grant the privilege itself.`,
    );
  const isFilter = policy_type === "POLICY_TYPE_ROW_FILTER";
  const [wanted, other] = isFilter ? [row_filter, column_mask] : [column_mask, row_filter];
  if (wanted && !other) return wanted;
  const [name, not] = isFilter ? ["row_filter", "column_mask"] : ["column_mask", "row_filter"];
  throw new Fault("INVALID_PARAMETER_VALUE", `A policy of ${policy_type} has '${name}', and no '${not}'.`);
}

const conditionOf = (text: string): ConditionText => ({ text, condition: parseTagCondition(text) });

type Argument = NonNullable<NonNullable<PolicySaid["row_filter"]>["using"]>[number];

function argumentInfo(one: AttributeArgument): Argument {
  if (one.kind === "alias") return { alias: one.alias };
  const { value } = one;
  return {
    constant: typeof value === "string" ? `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'` : String(value),
  };
}

const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;
const QUOTED = /^'((?:[^'\\]|\\['\\])*)'$/s;
const words: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

/** A constant is a literal of SQL: a number, TRUE, FALSE, NULL, or a text in quotes; a text without them is one too. */
function argumentOf({ alias, constant, function_arg_expression }: Argument): AttributeArgument {
  if (function_arg_expression !== undefined)
    throw new Fault(
      "NOT_IMPLEMENTED",
      "'function_arg_expression' is not available on this server: give an alias or a constant.",
    );
  if ((alias === undefined) === (constant === undefined))
    throw new Fault("INVALID_PARAMETER_VALUE", "An argument is an 'alias' or a 'constant', exactly one of them.");
  if (alias !== undefined) return { kind: "alias", alias: alias.toLowerCase() };
  const text = constant!;
  const quoted = QUOTED.exec(text);
  if (quoted) return { kind: "literal", value: quoted[1]!.replaceAll(/\\(['\\])/g, "$1") };
  if (NUMBER.test(text)) return { kind: "literal", value: Number(text) };
  const word = text.toLowerCase();
  return { kind: "literal", value: Object.hasOwn(words, word) ? words[word]! : text };
}
