import { words } from "../context.ts";
import { byShapes, type Detector, scores } from "../detector.ts";
import { whole } from "./edges.ts";

/** Nine digits, or a letter and eight (passports since 2021): nothing to check, so a word must say what it is. */
export const usPassport: Detector = {
  entity: "US_PASSPORT",
  mayHold: ({ digits }) => digits >= 8,
  find: byShapes([
    { begins: "digits", digits_min: 9, run: [9, 9], pattern: whole("\\d{9}"), scores: scores(0.1, 0.75, 0) },
    { begins: "letters", digits_min: 8, pattern: whole("[A-Za-z] ?\\d{8}"), scores: scores(0.1, 0.75, 0) },
  ]),
  raising: words("passport", "passeport", "reisepass", "pasaporte", "travel document"),
  lowering: words("order", "invoice", "ticket", "tracking"),
};
