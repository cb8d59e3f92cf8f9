import type { FunctionRow } from "./row.ts";
import { aggregateRows } from "./rows/aggregate.ts";
import { conditionalRows } from "./rows/conditional.ts";
import { dateRows } from "./rows/date.ts";
import { generatorRows } from "./rows/generator.ts";
import { jsonRows } from "./rows/json.ts";
import { nestedRows } from "./rows/nested.ts";
import { numberRows } from "./rows/number.ts";
import { operatorRows } from "./rows/operator.ts";
import { stringRows } from "./rows/string.ts";
import { windowRows } from "./rows/window.ts";

/** Every function and operator that a statement may use. What is not here does not exist. */
export const functionTable: readonly FunctionRow[] = Object.freeze([
  ...operatorRows,
  ...stringRows,
  ...numberRows,
  ...conditionalRows,
  ...dateRows,
  ...aggregateRows,
  ...windowRows,
  ...nestedRows,
  ...jsonRows,
  ...generatorRows,
]);

const byName: ReadonlyMap<string, readonly FunctionRow[]> = Map.groupBy(functionTable, (row) => row.name);

/** The forms of a function by its lower-case name; none for a name that is no function. */
export function rowsOf(name: string): readonly FunctionRow[] {
  return byName.get(name) ?? [];
}
