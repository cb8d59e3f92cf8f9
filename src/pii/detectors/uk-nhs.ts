import { weightedSum } from "../checks/weighted.ts";
import { words } from "../context.ts";
import { byShapes, type Detector, digitsOf, scores } from "../detector.ts";
import { whole } from "./edges.ts";

/** The NHS data dictionary's check digit, modulus 11. */
function isNhs(match: string): boolean {
  return weightedSum(digitsOf(match), [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;
}

/** One telephone number in eleven has the check digit, so that a word must say what it is. */
export const ukNhs: Detector = {
  entity: "UK_NHS",
  mayHold: ({ digits }) => digits >= 10,
  find: byShapes([
    {
      begins: "digits",
      digits_min: 10,
      pattern: whole("\\d{3}([ -]?)\\d{3}\\1\\d{4}"),
      isValid: isNhs,
      scores: scores(0.3, 1, 0.1),
    },
  ]),
  raising: words("nhs", "national health", "health service"),
  lowering: words("order", "invoice", "isbn"),
};
