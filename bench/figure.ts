import { type Quartiles, quartilesOf } from "./quartiles.ts";

/** One way of doing the same work; `measure` does it once and gives the sample, in the figure's unit. */
export interface Variant {
  readonly measure: () => Promise<number>;
}

/** A ratio to a named baseline that was measured beside it, and what the same ratio is for the baseline against itself. */
export interface Figure {
  readonly name: string;
  readonly baseline_name: string;
  /** `ms` and `µs/kB` (of processor time) are better when small, `calls/s` when large. */
  readonly unit: "ms" | "µs/kB" | "calls/s";
  readonly ours: Quartiles;
  readonly baseline: Quartiles;
  /** Ours by the baseline, of medians. */
  readonly ratio: number;
  /** The baseline, measured once more in every round, by the baseline: how far 1 can be from 1 on this machine. */
  readonly self_check: number;
  readonly rounds: number;
  readonly note?: string;
}

/** What is no ratio: shares and sizes that are the same in each run, row by row. */
export interface FigureTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly note?: string;
}

interface Named {
  readonly name: string;
  readonly baseline_name: string;
  readonly unit: Figure["unit"];
  /** What makes the difference, for whoever reads the figure. */
  readonly note?: string;
}

/**
 * Measures ours, the baseline, and the baseline again, alternating: each round takes all three, in an order that is turned round
 * every other time, so that a busy moment of the machine falls on all alike.
 */
export async function compare(
  named: Named,
  variants: { readonly ours: Variant; readonly baseline: Variant; readonly again?: Variant },
  counts: { readonly warm_up: number; readonly rounds: number },
): Promise<Figure> {
  const samples = { ours: [] as number[], baseline: [] as number[], again: [] as number[] };
  const order = [
    ["ours", variants.ours],
    ["baseline", variants.baseline],
    ["again", variants.again ?? variants.baseline],
  ] as const;
  for (let round = -counts.warm_up; round < counts.rounds; round += 1) {
    for (const [name, variant] of round % 2 === 0 ? order : order.toReversed()) {
      const sample = await variant.measure();
      if (round >= 0) samples[name].push(sample);
    }
  }
  const ours = quartilesOf(samples.ours);
  const baseline = quartilesOf(samples.baseline);
  const again = quartilesOf(samples.again);
  return {
    ...named,
    ours,
    baseline,
    ratio: ours.median / baseline.median,
    self_check: again.median / baseline.median,
    rounds: counts.rounds,
  };
}

/** Milliseconds that `work` takes. */
export const timed = (work: () => Promise<unknown>): Variant => ({
  measure: async () => {
    const started_ms = performance.now();
    await work();
    return performance.now() - started_ms;
  },
});
