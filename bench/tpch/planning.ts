import { compare, type Figure, type Variant } from "../figure.ts";
import { ANALYST } from "../sql-stack.ts";
import { plain, qualified, type TpchWorld } from "./world.ts";

const COUNTS = { warm_up: 5, rounds: 30 } as const;

/** From a query's text to a plan: ours with decisions, policies and the text for the engine, the engine's own without any of them. */
export async function planning(
  { stack, hand, data }: TpchWorld,
  progress: (text: string) => void,
): Promise<readonly Figure[]> {
  const governed = data.queries.map(({ text }) => qualified(text, data));
  const bare = governed.map((text) => plain(text).replaceAll("tpch.sf1.", "rel."));
  const total = (plan: (text: string) => Promise<number>, texts: readonly string[]): Variant => ({
    measure: async () => {
      let took_ms = 0;
      for (const text of texts) took_ms += await plan(text);
      return took_ms;
    },
  });
  const baseline = total((text) => hand.planned(text), bare);
  const figures: Figure[] = [];
  for (const [name, remembered] of [
    ["parsing and governing the 22 queries of TPC-H", false],
    ["... of which the plans are remembered", true],
  ] as const) {
    progress(`${name}: ${COUNTS.rounds} rounds`);
    const ours = total((text) => stack.planned(ANALYST, text, { remembered }), governed);
    figures.push(
      await compare(
        { name, baseline_name: "the engine's own parsing and planning of the same texts, no policies", unit: "ms" },
        { ours, baseline },
        COUNTS,
      ),
    );
  }
  return figures;
}
