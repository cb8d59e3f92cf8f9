import { weightedSum } from "../checks/weighted.ts";
import { words } from "../context.ts";
import { byShapes, type Detector, digitsOf, scores } from "../detector.ts";
import { whole } from "./edges.ts";

/** The American Bankers Association's check digit and the ranges of Federal Reserve districts. */
function isRouting(match: string): boolean {
  const digits = digitsOf(match);
  const district = Number(digits.slice(0, 2));
  const known =
    district <= 12 || (district >= 21 && district <= 32) || (district >= 61 && district <= 72) || district === 80;
  return known && weightedSum(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0;
}

export const abaRoutingNumber: Detector = {
  entity: "ABA_ROUTING_NUMBER",
  mayHold: ({ digits }) => digits >= 9,
  find: byShapes([
    {
      begins: "digits",
      digits_min: 9,
      run: [4, 9],
      pattern: whole("\\d{4}-?\\d{4}-?\\d"),
      isValid: isRouting,
      scores: scores(0.1, 0.9, 0),
    },
  ]),
  raising: words("routing", "aba$", "rtn$", "transit"),
};
