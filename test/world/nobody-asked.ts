import type { Asking } from "#sql/mod.ts";

/** For worlds without models: a statement that asks one fails. */
export const nobodyAsked: Asking = {
  named: (name) => name ?? "none",
  ask: () => Promise.reject(new Error("there is no model here")),
  embed: () => Promise.reject(new Error("there is no model here")),
};
