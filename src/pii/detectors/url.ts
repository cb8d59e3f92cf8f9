import { byShapes, type Detector, scores } from "../detector.ts";

/** With its scheme, or beginning with `www.`, up to the next space, quote or bracket; however long, all of it is one span. */
export const url: Detector = {
  entity: "URL",
  mayHold: ({ length }) => length >= 7,
  find: byShapes([
    {
      begins: "letters",
      digits_min: 0,
      pattern: /(?:https?:\/\/|ftp:\/\/|www\.)[^\s"<>{}[\],|^`]{3,}/iy,
      scores: scores(0.6, 0.6, 0.6),
    },
  ]),
};
