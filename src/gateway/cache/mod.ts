/**
 * gateway/cache: answers that were given before, for the same question of the same caller.
 *
 * Owns: what a kept answer is found by, which answers may be kept, how many and for how long.
 * Never: gives anybody an answer that was made for another, or keeps what a guardrail let out rather than what the model said.
 * Depends on: routing (what begins), models (the events), kernel (the permit), agents, wire, base.
 */
export { recorded, replayed } from "./answers.ts";
export { readResponseCache } from "./config.ts";
export { createResponseCache, type ResponseCache } from "./create.ts";
export { madeBefore, madeNow } from "./embeddings.ts";
export { cacheStatus } from "./status.ts";
