/** Lower quartile, median and upper quartile of a variant's samples. */
export interface Quartiles {
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
}

/** Quartiles by linear interpolation between the nearest samples. @throws Error without samples. */
export function quartilesOf(samples: readonly number[]): Quartiles {
  if (samples.length === 0) throw new Error("There are no samples to take quartiles of.");
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const low = sorted[below]!;
    const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
    return low + (high - low) * (place - below);
  };
  return { q1: at(0.25), median: at(0.5), q3: at(0.75) };
}
