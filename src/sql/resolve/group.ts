import type { Expression as AstExpression } from "../ast/expression.ts";
import type { GroupBy, GroupItem, GroupSets } from "../ast/query.ts";
import { unsupportedFault } from "../parse/fault.ts";
import { type Environment, inPlace } from "./environment.ts";
import { resolveExpression } from "./expression.ts";
import { misplaced } from "./fault.ts";
import type { Expression, Grouping, SelectItem } from "./resolved.ts";
import { sameExpression } from "./same.ts";
import { holdsKind } from "./walk.ts";

/** CUBE of more keys than this would make more grouping sets than any engine takes. */
const CUBE_KEYS_MAX = 12;

/** Keys gathered once each; the sets name them by place. */
class Keys {
  readonly all: Expression[] = [];

  placeOf(key: Expression): number {
    const known = this.all.findIndex((one) => sameExpression(one, key));
    if (known >= 0) return known;
    this.all.push(key);
    return this.all.length - 1;
  }
}

/** A key: an ordinal stands for the item at that place, a name for a column of FROM or else an alias. */
function resolveKey(node: AstExpression, items: readonly SelectItem[], environment: Environment): Expression {
  const isOrdinal = node.kind === "integer_literal";
  const value = isOrdinal ? items[Number(node.value) - 1]?.value : resolveExpression(node, environment);
  if (!value) {
    const message = `GROUP BY position ${isOrdinal ? node.value : ""} is not in the select list.`;
    throw misplaced(node.at, "GROUP_BY_POS_OUT_OF_RANGE", "42805", message);
  }
  environment.statement.size.add(value, node.at);
  if (holdsKind(value, "aggregate", "window")) {
    throw misplaced(
      node.at,
      "GROUP_BY_AGGREGATE",
      "42903",
      "An aggregate or window function cannot be a grouping key.",
    );
  }
  return value;
}

function expandSets(item: GroupSets, sets: readonly (readonly number[])[]): readonly (readonly number[])[] {
  if (item.form === "GROUPING SETS") return sets;
  if (item.form === "ROLLUP")
    return [...sets.keys(), sets.length].map((count) => sets.slice(0, count).flat()).toReversed();
  if (sets.length > CUBE_KEYS_MAX) throw unsupportedFault(item.at, `CUBE of more than ${CUBE_KEYS_MAX} keys`);
  let made: readonly (readonly number[])[] = [[]];
  for (const set of sets) made = made.flatMap((one) => [[...one, ...set], one]);
  return made;
}

function setsOf(item: GroupItem, placeOf: (node: AstExpression) => number): readonly (readonly number[])[] {
  if (item.kind === "group_expression") return [[placeOf(item.value)]];
  return expandSets(
    item,
    item.sets.map((set) => set.map(placeOf)),
  );
}

/** GROUP BY written out; several entries combine each set of one with each of the others. */
export function resolveGroup(group: GroupBy, items: readonly SelectItem[], environment: Environment): Grouping {
  const keys = new Keys();
  if (group.kind === "group_by_all") {
    for (const { value } of items) if (!holdsKind(value, "aggregate", "window")) keys.placeOf(value);
    return Object.freeze({ keys: Object.freeze(keys.all), sets: Object.freeze([Object.freeze([...keys.all.keys()])]) });
  }
  const within = inPlace(environment, "GROUP BY");
  const placeOf = (node: AstExpression): number => keys.placeOf(resolveKey(node, items, within));
  const sets = group.items
    .map((item) => setsOf(item, placeOf))
    .reduce<readonly (readonly number[])[]>((made, next) => made.flatMap((a) => next.map((b) => [...a, ...b])), [[]]);
  const once = sets.map((set) => Object.freeze([...new Set(set)]));
  return Object.freeze({ keys: Object.freeze(keys.all), sets: Object.freeze(once) });
}
