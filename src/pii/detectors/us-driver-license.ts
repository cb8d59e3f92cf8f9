import { words } from "../context.ts";
import { byShapes, type Detector, scores } from "../detector.ts";
import { whole } from "./edges.ts";

/** Each state writes its own; what they share are letters in front and digits, so that a word must say what it is. */
export const usDriverLicense: Detector = {
  entity: "US_DRIVER_LICENSE",
  mayHold: ({ digits }) => digits >= 5,
  find: byShapes([
    { begins: "letters", digits_min: 5, pattern: whole("[A-Za-z]{1,2} ?\\d{5,14}"), scores: scores(0.1, 0.7, 0) },
    {
      begins: "letters",
      digits_min: 8,
      pattern: whole("[A-Za-z]\\d{2,3}[ -]\\d{3,4}[ -]\\d{3,4}(?:[ -]\\d{1,4}){0,2}"),
      scores: scores(0.1, 0.75, 0),
    },
    { begins: "digits", digits_min: 7, run: [7, 12], pattern: whole("\\d{7,12}"), scores: scores(0, 0.6, 0) },
  ]),
  raising: words(
    ...["driver", "drivers", "driving", "driver s"].flatMap((whose) => [`${whose} license`, `${whose} licence`]),
    ...["license", "licence"].flatMap((name) => [`${name} no`, `${name} num`]),
    "dl$",
    "dln$",
    "dmv$",
  ),
  lowering: words("order", "invoice", "ticket", "software"),
};
