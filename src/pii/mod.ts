/**
 * pii: personal data in texts, found by shape, check digits and the words before it.
 *
 * Owns: the detectors, what is looked for by default, masking, and masking of texts that arrive in pieces.
 * Never: I/O, a clock, randomness; no name that was not handed in; no text is kept but what is held back.
 * Depends on: nothing.
 */
export { detect } from "./detect.ts";
export { DEFAULT_ENTITIES, ENTITIES, type Entity } from "./entities.ts";
export { type DetectOptions, SCORE_MIN } from "./examiner.ts";
export { mask } from "./mask.ts";
export { Names } from "./names.ts";
export type { Span } from "./span.ts";
export { StreamMasker, type StreamMaskerOptions } from "./stream-masker.ts";
export { HOLD_BACK_CHARACTERS_MAX, REACH_CHARACTERS } from "./stretches.ts";
