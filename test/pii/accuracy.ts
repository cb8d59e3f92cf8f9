import type { Labelled } from "./labelled-set.ts";

/** How a detector did on one kind of entity. */
export interface Accuracy {
  readonly labelled: number;
  /** Of the labelled, those of which no character is left outside of finds of their kind. */
  readonly hits: number;
  readonly found: number;
  /** Of the found, those that share a character with a label of their kind. */
  readonly right: number;
}

type Found = Labelled["places"];

/** By kind: those that are labelled or found in any of the texts. `found` has the finds for each text, in order. */
export function accuracyByEntity(
  texts: readonly Labelled[],
  found: readonly Found[],
): Readonly<Record<string, Accuracy>> {
  const counts = new Map<string, { labelled: number; hits: number; found: number; right: number }>();
  const of = (entity: string) => {
    const known = counts.get(entity) ?? { labelled: 0, hits: 0, found: 0, right: 0 };
    counts.set(entity, known);
    return known;
  };
  for (const [i, { places }] of texts.entries()) {
    for (const place of places) {
      const count = of(place.entity);
      count.labelled += 1;
      if (isCovered(place, found[i]!)) count.hits += 1;
    }
    for (const one of found[i]!) {
      const count = of(one.entity);
      count.found += 1;
      if (places.some((place) => place.entity === one.entity && place.start < one.end && one.start < place.end))
        count.right += 1;
    }
  }
  return Object.fromEntries(counts);
}

function isCovered({ entity, start, end }: Found[number], found: Found): boolean {
  for (let at = start; at < end; at += 1)
    if (!found.some((one) => one.entity === entity && one.start <= at && at < one.end)) return false;
  return true;
}

/** Of what is labelled, the share that was found; 1 when nothing is labelled. */
export const recall = ({ labelled, hits }: Accuracy): number => (labelled === 0 ? 1 : hits / labelled);

/** Of what was found, the share that is labelled; 1 when nothing was found. */
export const precision = ({ found, right }: Accuracy): number => (found === 0 ? 1 : right / found);
