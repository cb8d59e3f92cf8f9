import { byShapes, type Detector, scores } from "../detector.ts";

const day = "(?:0?[1-9]|[12]\\d|3[01])";
const month = "(?:0?[1-9]|1[0-2])";
const time = "(?:[01]?\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:\\.\\d{1,9})?)?";
const open = "(?<!\\d[./:-])";
const closed = "(?![A-Za-z\\d]|[./:-]\\d)";

/** Dates and times in digits; months in words are not found. */
export const dateTime: Detector = {
  entity: "DATE_TIME",
  mayHold: ({ digits }) => digits >= 3,
  find: byShapes([
    {
      begins: "digits",
      digits_min: 3,
      pattern: new RegExp(
        `${open}(?:19|20)\\d{2}([-/.])${month}\\1${day}(?:[T ]${time}(?:Z|[+-]\\d{2}:?\\d{2})?)?${closed}`,
        "y",
      ),
      scores: scores(0.8, 0.8, 0.8),
    },
    {
      begins: "digits",
      digits_min: 3,
      pattern: new RegExp(`${open}${day}([-/.])${month}\\1(?:19|20)?\\d{2}${closed}`, "y"),
      scores: scores(0.6, 0.6, 0.6),
    },
    {
      begins: "digits",
      digits_min: 3,
      pattern: new RegExp(`${open}${month}([-/.])${day}\\1(?:19|20)?\\d{2}${closed}`, "y"),
      scores: scores(0.6, 0.6, 0.6),
    },
    {
      begins: "digits",
      digits_min: 3,
      pattern: new RegExp(`${open}${time}${closed}`, "y"),
      scores: scores(0.5, 0.5, 0.5),
    },
  ]),
};
