import type { Asking } from "#kernel/mod.ts";

/** For worlds without models: a statement that asks one fails. */
export const nobodyAsked: Asking = {
  ask: () => Promise.reject(new Error("there is no model here")),
};
