import { strict as assert } from "node:assert";
import { compare, type Figure, timed } from "../figure.ts";
import { ANALYST } from "../sql-stack.ts";
import { planning } from "./planning.ts";
import { setApart } from "./set-apart.ts";
import { plain, qualified, type TpchWorld, tpchWorld } from "./world.ts";

const COUNTS = { warm_up: 1, rounds: 7 } as const;
const LOOK_UPS = { warm_up: 5, rounds: 40 } as const;

const BASELINE = "the same queries with filters and masks by hand, in one open engine";

/** TPC-H at scale factor 1, governed, each query against the same with filters and masks written in by hand. */
export async function tpch(progress: (text: string) => void): Promise<readonly Figure[]> {
  await using world = await tpchWorld(progress);
  return [
    await allQueries(world, progress),
    await lookUp(world, progress),
    ...(await setApart(world, progress)),
    ...(await planning(world, progress)),
  ];
}

/** The 22 queries, one after the other. */
async function allQueries({ stack, hand, data }: TpchWorld, progress: (text: string) => void): Promise<Figure> {
  const queries = data.queries.map(({ text }) => ({ governed: qualified(text, data), by_hand: plain(text) }));
  for (const { governed, by_hand } of queries)
    assert.equal((await stack.run(ANALYST, governed)).length, (await hand.run(by_hand)).length, governed);
  progress(`22 queries: ${COUNTS.rounds} rounds`);
  return compare(
    {
      name: "TPC-H, scale factor 1, 22 queries under two row filters and three masks, total",
      baseline_name: BASELINE,
      unit: "ms",
      note: "Each governed statement is decided and recorded anew, and run in a catalog of its own in an engine that stays open.",
    },
    {
      ours: timed(async () => {
        for (const { governed } of queries) await stack.run(ANALYST, governed);
      }),
      baseline: timed(async () => {
        for (const { by_hand } of queries) await hand.run(by_hand);
      }),
    },
    COUNTS,
  );
}

async function lookUp({ stack, hand, data }: TpchWorld, progress: (text: string) => void): Promise<Figure> {
  const text = "SELECT l_linenumber, l_quantity, l_comment FROM lineitem WHERE l_orderkey = 3000000";
  progress(`a point look-up: ${LOOK_UPS.rounds} rounds`);
  return compare(
    { name: "a point look-up in lineitem with a masked column", baseline_name: BASELINE, unit: "ms" },
    {
      ours: timed(() => stack.run(ANALYST, qualified(text, data))),
      baseline: timed(() => hand.run(text)),
    },
    LOOK_UPS,
  );
}
