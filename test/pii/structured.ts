import { ENTITIES } from "../../src/pii/mod.ts";

/** Kinds that the labelled set knows: whatever has a form of its own, and tells something of a person. */
export const STRUCTURED = ENTITIES.filter(
  (entity) => entity !== "URL" && entity !== "DATE_TIME" && entity !== "PERSON",
) as readonly Exclude<(typeof ENTITIES)[number], "URL" | "DATE_TIME" | "PERSON">[];
