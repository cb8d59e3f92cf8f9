import { isLuhn } from "../checks/luhn.ts";
import { words } from "../context.ts";
import { byShapes, type Detector, digitsOf, scores } from "../detector.ts";
import { whole } from "./edges.ts";
import { references } from "./references.ts";

/** First digits of a scheme's cards, from and to, and how many digits they have. Source: ISO/IEC 7812 ranges as the schemes publish them. */
const schemes: readonly (readonly [from: string, to: string, digits_min: number, digits_max: number])[] = [
  ["4", "4", 13, 19],
  ["51", "55", 16, 16],
  ["2221", "2720", 16, 16],
  ["34", "34", 15, 15],
  ["37", "37", 15, 15],
  ["6011", "6011", 16, 19],
  ["644", "659", 16, 19],
  ["62", "62", 16, 19],
  ["81", "81", 16, 19],
  ["3528", "3589", 16, 19],
  ["300", "305", 14, 19],
  ["36", "36", 14, 19],
  ["38", "39", 14, 19],
  ["50", "50", 12, 19],
  ["56", "58", 12, 19],
  ["60", "60", 16, 19],
  ["63", "63", 12, 19],
  ["67", "67", 12, 19],
  ["2200", "2204", 16, 19],
];

const PREFIX_DIGITS = 4;

/** The same ranges, all of four digits, as numbers. */
const ranges = schemes.map(([from, to, digits_min, digits_max]) => ({
  from: Number(from.padEnd(PREFIX_DIGITS, "0")),
  to: Number(to.padEnd(PREFIX_DIGITS, "9")),
  digits_min,
  digits_max,
}));

function isCard(digits: string): boolean {
  if (!isLuhn(digits)) return false;
  const first = Number(digits.slice(0, PREFIX_DIGITS));
  for (const { from, to, digits_min, digits_max } of ranges)
    if (first >= from && first <= to && digits.length >= digits_min && digits.length <= digits_max) return true;
  return false;
}

const isValid = (match: string): boolean => isCard(digitsOf(match));

/** By scheme, length and Luhn's check digit. */
export const creditCard: Detector = {
  entity: "CREDIT_CARD",
  mayHold: ({ digits }) => digits >= 12,
  find: byShapes([
    {
      begins: "digits",
      digits_min: 13,
      run: [4, 4],
      behind: " ./_-",
      pattern: whole("\\d{4}([ ./_-])\\d{4}\\1\\d{4}\\1\\d{1,4}(?:\\1\\d{1,3})?"),
      isValid,
      scores: scores(0.95, 1, 0.8),
    },
    // Four fours, and behind them a group of something else.
    {
      begins: "digits",
      digits_min: 16,
      run: [4, 4],
      behind: " ./_-",
      pattern: whole("\\d{4}([ ./_-])\\d{4}\\1\\d{4}\\1\\d{4}"),
      isValid,
      scores: scores(0.9, 1, 0.8),
    },
    // American Express and Diners Club.
    {
      begins: "digits",
      digits_min: 14,
      run: [4, 4],
      behind: " ./_-",
      pattern: whole("\\d{4}([ ./_-])\\d{6}\\1\\d{4,5}"),
      isValid,
      scores: scores(0.95, 1, 0.8),
    },
    {
      begins: "digits",
      digits_min: 12,
      run: [12, 19],
      pattern: whole("\\d{12,19}"),
      isValid,
      scores: scores(0.9, 1, 0.55),
    },
    // Any other grouping is written by nobody, but to get by.
    {
      begins: "digits",
      digits_min: 12,
      pattern: /(?<!\d[ .-])\d(?:[ .-]?\d){11,18}(?![A-Za-z\d]|[ .-]\d)/y,
      isValid,
      scores: scores(0.4, 0.9, 0.2),
    },
  ]),
  raising: words(
    ..."card visa mastercard amex pan$ credit debit kreditkarte karte carte carta tarjeta cartão pay charge".split(" "),
    "american express",
  ),
  lowering: words(...references),
};
