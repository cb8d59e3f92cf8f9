import { words } from "../context.ts";
import { byShapes, type Detector, digitsOf, scores } from "../detector.ts";
import { whole } from "./edges.ts";

/** A nine in front, and a group in one of the ranges that the Internal Revenue Service gives out. */
function isIssuable(match: string): boolean {
  const group = Number(digitsOf(match).slice(3, 5));
  return (
    (group >= 50 && group <= 65) ||
    (group >= 70 && group <= 88) ||
    (group >= 90 && group <= 92) ||
    group === 94 ||
    group >= 95
  );
}

export const usItin: Detector = {
  entity: "US_ITIN",
  mayHold: ({ digits }) => digits >= 9,
  find: byShapes([
    {
      begins: "digits",
      digits_min: 9,
      run: [3, 3],
      behind: " -",
      pattern: whole("9\\d{2}([ -])\\d{2}\\1\\d{4}"),
      isValid: isIssuable,
      scores: scores(0.7, 1, 0.7),
    },
    {
      begins: "digits",
      digits_min: 9,
      run: [9, 9],
      pattern: whole("9\\d{8}"),
      isValid: isIssuable,
      scores: scores(0.1, 0.8, 0.1),
    },
  ]),
  raising: words("itin", "taxpayer", "tax id", "individual tax"),
};
