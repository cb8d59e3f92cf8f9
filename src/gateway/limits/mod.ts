/**
 * gateway/limits: how often, and for how many tokens, an endpoint may be asked.
 *
 * Owns: which limits concern a caller, what is reserved and put right afterwards, the counts.
 * Never: counts in two places at once, lets anything through that cannot be counted.
 * Depends on: db (store.ts), ioredis (redis.ts), kernel, wire, base.
 */
export type { RequestTags } from "./buckets.ts";
export { createLimits, type Estimate, type Limits, type Reservation } from "./create.ts";
export { memoryCounters } from "./memory.ts";
export { readRateLimits } from "./read.ts";
export { redisCounters } from "./redis.ts";
export { postgresCounters } from "./store.ts";
export { throughputOf } from "./throughput.ts";
