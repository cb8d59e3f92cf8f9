import type { Values as AstValues, WholeTable } from "../ast/query.ts";
import type { Resolved } from "./body.ts";
import { unify } from "./cast.ts";
import { type Environment, inPlace } from "./environment.ts";
import { resolveExpression } from "./expression.ts";
import { resolveTable } from "./from.ts";
import { outputColumn, selectOf } from "./node.ts";

/** VALUES: each column gets the common type of its values, and is called col1, col2, … */
export function resolveValues(node: AstValues, environment: Environment): Resolved {
  const within = inPlace(environment, "VALUES");
  const rows = node.rows.map((row) => row.map((value) => resolveExpression(value, within)));
  const width = rows[0]!.length;
  const cast = Array.from({ length: width }, (_, i) =>
    unify(
      rows.map((row) => row[i]!),
      node.at,
      `The values of column ${i + 1}`,
    ),
  );
  const columns = Object.freeze(cast.map((values, i) => outputColumn(i, `col${i + 1}`, values[0]!.type)));
  const made = rows.map((_, r) => Object.freeze(cast.map((values) => values[r]!)));
  return { body: Object.freeze({ kind: "values", columns, rows: Object.freeze(made) }), columns };
}

/** `TABLE t`: its columns, in order. */
export function resolveWholeTable(node: WholeTable, environment: Environment): Resolved {
  const table = Object.freeze({
    kind: "named_table",
    at: node.at,
    name: node.name,
    travel: null,
    alias: null,
  } as const);
  const { source, columns } = resolveTable(table, environment, []);
  const items = columns.map(({ name, value }, i) =>
    Object.freeze({ column: outputColumn(i, name, value.type), value }),
  );
  return { body: selectOf(items, source), columns: Object.freeze(items.map((item) => item.column)) };
}
