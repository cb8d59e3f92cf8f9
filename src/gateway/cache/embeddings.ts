import type { Embeddings } from "#models/mod.ts";
import type { Beginning } from "../routing/begin.ts";
import type { Tally } from "../tally.ts";
import type { Kept, Place } from "./create.ts";

const NUMBER_BYTES = 8;

interface Made extends Pick<Beginning<Embeddings>, "destination"> {
  readonly made: Embeddings;
  /** Keeps it, when it may be kept; to be called when it is on record. */
  keep(): void;
}

/** Vectors that were made before. */
export function madeBefore(kept: Kept<Embeddings>, tally: Tally): Made {
  tally.again(kept);
  return { made: kept.answer, destination: kept.destination, keep: () => {} };
}

/** Vectors that a model makes; kept as answers are. */
export async function madeNow(
  { events, destination, served_entity_id, isFirstChoice }: Beginning<Embeddings>,
  place: Place<Embeddings> | undefined,
): Promise<Made> {
  const [made] = await Array.fromAsync(events);
  const answer = made!;
  const bytes = answer.vectors.reduce((sum, vector) => sum + vector.length * NUMBER_BYTES, 0);
  const keep = (): void => {
    if (isFirstChoice) place?.keep({ answer, destination, served_entity_id }, bytes);
  };
  return { made: answer, destination, keep };
}
