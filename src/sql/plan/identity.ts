import type { Who } from "#kernel/mod.ts";
import type { Call, Expression } from "../ast/expression.ts";
import { nameKey } from "../ast/name.ts";
import { text, truth } from "./build.ts";
import { type CurrentNames, faultAt } from "./names.ts";

type Fold = (call: Call, who: Who, current: CurrentNames) => Expression;

/** A function without arguments. @throws Fault when it is given one. */
const plain =
  (answer: (who: Who, current: CurrentNames) => string): Fold =>
  (call, who, current) => {
    if (call.arguments.length > 0)
      throw faultAt(call.at, `${nameKey(call.name.parts[0]!)} takes no arguments`, "WRONG_NUM_ARGS", "42605");
    return text(call.at, answer(who, current));
  };

const subject = plain((who) => who.subject.name);

/** A group's name given as text is answered now; one that comes from a column becomes a list of the caller's groups. */
const membership: Fold = (call, who) => {
  const [group] = call.arguments;
  if (!group || call.arguments.length !== 1)
    throw faultAt(call.at, `${nameKey(call.name.parts[0]!)} takes one group's name`, "WRONG_NUM_ARGS", "42605");
  const { value } = group;
  if (value.kind === "string_literal") return truth(call.at, who.groups.includes(value.value));
  const items = Object.freeze(who.groups.map((name) => text(call.at, name)));
  if (items.length === 0) return truth(call.at, false);
  return Object.freeze({ kind: "in_list", at: call.at, operand: value, items, negated: false });
};

/** Functions whose answer is known at planning: identity and current names. They never reach an engine. */
const folds: Readonly<Record<string, Fold>> = {
  current_user: subject,
  session_user: subject,
  user: subject,
  is_account_group_member: membership,
  is_member: membership,
  current_catalog: plain((_who, current) => current.catalog),
  current_database: plain((_who, current) => current.schema),
  current_schema: plain((_who, current) => current.schema),
};

/** True for a function that `foldIdentity` answers. */
export function isFolded(name: string): boolean {
  return Object.hasOwn(folds, name);
}

/** The call as a literal of the subject's; identity is always the subject's, whoever lends access. */
export function foldIdentity(call: Call, who: Who, current: CurrentNames): Expression {
  return folds[nameKey(call.name.parts[0]!)]!(call, who, current);
}
