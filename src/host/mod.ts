/**
 * host: what the machine itself gives: time and randomness, behind the ports of base.
 *
 * Owns: the only calls of the system clock and the random source for ids.
 * Never: decides anything.
 * Depends on: base.
 */
export { systemClock } from "./clock.ts";
export { systemIds } from "./ids.ts";
