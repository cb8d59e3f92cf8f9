import { isAlphanumeric } from "../characters.ts";
import { isMod97 } from "../checks/mod97.ts";
import { type Candidate, type Detector, scores } from "../detector.ts";
import type { View } from "../view.ts";

/** Characters of an account number by country. Source: SWIFT's registry of ISO 13616. */
const lengths: Readonly<Record<string, number>> = Object.fromEntries(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 " +
    "FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 " +
    "MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 " +
    "SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
  )
    .split(" ")
    .map((one) => [one.slice(0, 2), Number(one.slice(2))]),
);

const head = /[A-Za-z]{2}[ -]?\d{2}/y;
const certain = scores(1, 1, 1);

/** The end of `length` letters and digits from `start` on, with at most one space or hyphen between two; undefined when there are fewer. */
function endOf(text: string, start: number, length: number): number | undefined {
  let [at, seen] = [start, 0];
  for (; seen < length; at += 1) {
    if (isAlphanumeric(text, at)) seen += 1;
    else if ((text[at] !== " " && text[at] !== "-") || !isAlphanumeric(text, at + 1)) return undefined;
  }
  return isAlphanumeric(text, at) ? undefined : at;
}

function find({ text, letters }: View): readonly Candidate[] {
  const found: Candidate[] = [];
  for (const start of letters) {
    head.lastIndex = start;
    if (!head.test(text)) continue;
    const length = lengths[text.slice(start, start + 2).toUpperCase()];
    const end = length === undefined ? undefined : endOf(text, start, length);
    if (end === undefined || !isMod97(text.slice(start, end).replaceAll(/[ -]/g, "").toUpperCase())) continue;
    found.push({ start, end, scores: certain });
  }
  return found;
}

/** By the country's length and the check digits. */
export const ibanCode: Detector = {
  entity: "IBAN_CODE",
  mayHold: ({ digits }) => digits >= 10,
  find,
};
