import { words } from "../context.ts";
import { byShapes, type Detector, digitsOf, scores } from "../detector.ts";
import { whole } from "./edges.ts";
import { references } from "./references.ts";

/** Printed in advertisements, and never given to anybody since. */
const advertised = new Set(["078051120", "219099999"]);

/** The rules of the Social Security Administration since June 2011: no area 000, 666 or 900 and above, no group 00, no serial 0000. */
function isIssuable(match: string): boolean {
  const digits = digitsOf(match);
  const [area, group, serial] = [digits.slice(0, 3), digits.slice(3, 5), digits.slice(5)];
  if (area === "000" || area === "666" || area >= "900" || group === "00" || serial === "0000") return false;
  return !advertised.has(digits);
}

export const usSsn: Detector = {
  entity: "US_SSN",
  mayHold: ({ digits }) => digits >= 9,
  find: byShapes([
    {
      begins: "digits",
      digits_min: 9,
      run: [3, 3],
      behind: "-",
      pattern: whole("\\d{3}-\\d{2}-\\d{4}"),
      isValid: isIssuable,
      scores: scores(0.85, 1, 0.3),
    },
    {
      begins: "digits",
      digits_min: 9,
      run: [3, 3],
      behind: " ./",
      pattern: /(?<!\d[ .-])\d{3}([ ./])\d{2}\1\d{4}(?![A-Za-z\d]|[ .-]\d)/y,
      isValid: isIssuable,
      scores: scores(0.6, 1, 0.2),
    },
    {
      begins: "digits",
      digits_min: 9,
      run: [9, 9],
      pattern: whole("\\d{9}"),
      isValid: isIssuable,
      scores: scores(0.1, 0.8, 0),
    },
  ]),
  raising: words("ssn", "social security", "social insurance", "soc sec", "ss$"),
  lowering: words(...references),
};
