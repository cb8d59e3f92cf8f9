/** Limits of what models are asked from SQL, each with its unit and its reason. */

/** Distinct questions in one message from the engine: a cancel waits for one message at most, and each question takes long. */
export const MODEL_BATCH_ROWS = 256;

/** Questions of one statement under way at once: providers count requests, and other people's are to find room. */
export const MODEL_QUESTIONS_AT_ONCE = 8;

/** Distinct questions of one call in a statement: each is paid for, and a join that was forgotten asks millions. */
export const MODEL_QUESTIONS_MAX = 100_000;
