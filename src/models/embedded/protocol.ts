/** Texts for the model's thread; one message at a time, each answered by one. */
export interface ToThread {
  readonly texts: readonly string[];
}

/** A vector for each text, in order, and the tokens that were read; or the model's failure. */
export type FromThread =
  | { readonly vectors: readonly Float32Array[]; readonly tokens: number }
  | { readonly failure: string };
