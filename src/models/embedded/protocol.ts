import type { PieceSum } from "./pieces.ts";

/** Pieces of texts for the model's thread; one message at a time, each answered by one. */
export interface ToThread {
  readonly pieces: readonly string[];
}

/** What each piece adds to its text, in order; or the model's failure. */
export type FromThread = { readonly sums: readonly PieceSum[] } | { readonly failure: string };
