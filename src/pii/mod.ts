/**
 * pii: personal data in texts, found by shape, check digits and the words before it.
 *
 * Owns: the detectors, what is looked for by default, masking, and masking of texts that arrive in pieces.
 * Never: I/O, a clock, randomness; no name that was not handed in; no text is kept but what is held back.
 * Depends on: nothing.
 */
export { detect } from "./detect.ts";
export { ENTITIES } from "./entities.ts";
export type { DetectOptions } from "./examiner.ts";
export { mask } from "./mask.ts";
export { Names } from "./names.ts";
export type { Span } from "./span.ts";
export { StreamMasker } from "./stream-masker.ts";
export { HOLD_BACK_CHARACTERS_MAX } from "./stretches.ts";
