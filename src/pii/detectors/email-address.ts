import { type Candidate, type Detector, scores } from "../detector.ts";
import type { View } from "../view.ts";

/** The part before the `@`: RFC 5321 allows 64; what is longer is masked from its last 128 on. */
const LOCAL_CHARACTERS_MAX = 128;

/** Labels of up to 63, as in RFC 1035, the last of letters alone. */
const domain =
  /(?:[\p{L}\p{M}\d](?:[\p{L}\p{M}\d_-]{0,61}[\p{L}\p{M}\d])?\.){1,8}(?:xn--[a-z\d-]{2,59}|\p{L}{2,24})(?![\p{L}\p{M}\d])/iuy;

/** Last labels of file names and modules (`icon@2x.png`, `build@v2.js`), none of which is a top-level domain that mail is read at. */
const extensions = new Set(
  "png jpg jpeg gif svg webp ico bmp css scss js mjs cjs ts tsx jsx json html htm xml yml yaml csv txt pdf".split(" "),
);

const CONNECTING = "._%+'-&~";
const letter = /[\p{L}\p{M}]/u;

function isLocal(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code >= 128) return letter.test(text[at]!);
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    CONNECTING.includes(text[at]!)
  );
}

const certain = scores(1, 1, 1);

function* find({ text, from }: View): Generator<Candidate> {
  let at = text.indexOf("@", from);
  for (; at >= 0; at = text.indexOf("@", at + 1)) {
    let start = at;
    while (start > from && at - start < LOCAL_CHARACTERS_MAX && isLocal(text, start - 1)) start -= 1;
    while (start < at && CONNECTING.includes(text[start]!)) start += 1;
    if (start === at) continue;
    domain.lastIndex = at + 1;
    const match = domain.exec(text);
    if (!match || extensions.has(match[0].slice(match[0].lastIndexOf(".") + 1).toLowerCase())) continue;
    yield { start, end: at + 1 + match[0].length, scores: certain };
  }
}

/** Found from its `@`, outwards. Quoted local parts and addresses at an IP address are not found. */
export const emailAddress: Detector = {
  entity: "EMAIL_ADDRESS",
  mayHold: ({ ats }) => ats > 0,
  find,
};
