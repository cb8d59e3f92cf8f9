import type { Entity } from "./entities.ts";

/** Where in a text an entity stands; `start` and `end` count UTF-16 units, `score` is between 0 and 1. */
export interface Span {
  readonly entity: Entity;
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

/** Of spans that overlap one stays: the higher score, then the longer, then the earlier, then the name. @returns them in order. */
export function withoutOverlaps(spans: readonly Span[]): readonly Span[] {
  if (spans.length < 2) return spans;
  const kept: Span[] = [];
  const best = spans.toSorted(
    (a, b) =>
      b.score - a.score ||
      b.end - b.start - (a.end - a.start) ||
      a.start - b.start ||
      (a.entity < b.entity ? -1 : a.entity > b.entity ? 1 : 0),
  );
  for (const one of best) {
    // Kept in order of their start, so that a neighbour is found by halving.
    let [low, high] = [0, kept.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (kept[middle]!.start < one.start) low = middle + 1;
      else high = middle;
    }
    if (low > 0 && kept[low - 1]!.end > one.start) continue;
    if (low < kept.length && kept[low]!.start < one.end) continue;
    kept.splice(low, 0, one);
  }
  return kept;
}
