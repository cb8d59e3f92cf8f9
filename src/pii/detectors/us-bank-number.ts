import { words } from "../context.ts";
import { byShapes, type Detector, digitsOf, scores } from "../detector.ts";
import { whole } from "./edges.ts";

const DIGITS_MIN = 6;

/** Account numbers have no check digit of their own: a run of digits is one only where a word says so. */
export const usBankNumber: Detector = {
  entity: "US_BANK_NUMBER",
  mayHold: ({ digits }) => digits >= DIGITS_MIN,
  find: byShapes([
    { begins: "digits", digits_min: 6, run: [6, 17], pattern: whole("\\d{6,17}"), scores: scores(0.05, 0.7, 0) },
    {
      begins: "digits",
      digits_min: 6,
      run: [2, 6],
      behind: "-",
      pattern: whole("\\d{2,6}(?:-\\d{2,8}){1,3}"),
      isValid: (match) => digitsOf(match).length >= DIGITS_MIN,
      scores: scores(0, 0.55, 0),
    },
  ]),
  raising: words(
    ...["bank", "checking", "saving", "deposit", "chequing"].flatMap((kind) => [`${kind} account`, `${kind} acct`]),
    ...["account", "acct"].flatMap((name) => [`${name} no`, `${name} num`, `${name} nr`, `${name}!`]),
    "checking",
    "bank number",
  ),
  lowering: words(..."routing aba$ order invoice ticket page phone passport".split(" ")),
};
