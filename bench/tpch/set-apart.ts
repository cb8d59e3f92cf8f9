import { strict as assert } from "node:assert";
import { compare, type Figure, timed } from "../figure.ts";
import { ANALYST } from "../sql-stack.ts";
import { qualified, type TpchWorld } from "./world.ts";

const COUNTS = { warm_up: 2, rounds: 15 } as const;

/**
 * Queries with an expression that must not meet a hidden row, and that no barrier keeps from it: a text cast to a number. Visible rows
 * are set apart first, by a statement of their own.
 */
const queries: readonly { readonly name: string; readonly text: string; readonly note?: string }[] = [
  {
    name: "a join of a month of lineitem, with texts cast to numbers, on rows set apart",
    text: `SELECT CAST(substring(o_clerk, 7) AS INT) AS clerk, sum(l_quantity) AS quantity
      FROM orders JOIN lineitem ON l_orderkey = o_orderkey
      WHERE l_shipdate >= DATE '1995-03-01' AND l_shipdate < DATE '1995-04-01' AND l_returnflag = 'A'
      GROUP BY CAST(substring(o_clerk, 7) AS INT)`,
  },
  {
    name: "a whole table, with masked texts cast to numbers, on rows set apart",
    text: `SELECT CAST(substring(c_phone, 1, 2) AS INT) AS code, count(*) AS customers
      FROM customer GROUP BY CAST(substring(c_phone, 1, 2) AS INT)`,
    note: "No condition of the query narrows what is set apart: every visible row is written once more, in memory.",
  },
];

export async function setApart(
  { stack, hand, data }: TpchWorld,
  progress: (text: string) => void,
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const { text, ...named } of queries) {
    const governed = qualified(text, data);
    const rows = await stack.run(ANALYST, governed);
    assert.ok(
      stack.lastSteps().some((step) => step.kind === "materialise"),
      governed,
    );
    assert.equal(rows.length, (await hand.run(text)).length, governed);
    progress(`${named.name}: ${COUNTS.rounds} rounds`);
    figures.push(
      await compare(
        {
          ...named,
          baseline_name: "the same query with filters and masks by hand, in one open engine",
          unit: "ms",
        },
        { ours: timed(() => stack.run(ANALYST, governed)), baseline: timed(() => hand.run(text)) },
        COUNTS,
      ),
    );
  }
  return figures;
}
