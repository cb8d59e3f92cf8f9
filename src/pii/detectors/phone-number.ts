import { isAlphanumeric, Kind, kindOf } from "../characters.ts";
import { words } from "../context.ts";
import { byShapes, type Candidate, type Detector, digitsOf, type Scores, type Shape, scores } from "../detector.ts";
import type { View } from "../view.ts";
import { whole } from "./edges.ts";
import { references } from "./references.ts";

/** Digits of a subscriber's number behind the country's code, least and most. Source: ITU-T E.164 and the countries' numbering plans. */
const countries: Readonly<Record<string, readonly [digits_min: number, digits_max: number]>> = Object.fromEntries(
  (
    "1:10-10 7:10-10 20:8-10 27:9-9 30:10-10 31:8-10 32:8-9 33:9-9 34:9-9 36:8-9 39:6-11 40:9-9 41:9-9 43:7-13 44:9-10 45:8-8 46:7-9 " +
    "47:8-8 48:9-9 49:7-11 51:8-9 52:10-10 53:8-8 54:10-11 55:10-11 56:9-9 57:10-10 58:10-10 60:8-10 61:9-9 62:8-12 63:8-10 64:8-10 " +
    "65:8-8 66:8-9 81:9-10 82:8-10 84:9-10 86:10-11 90:10-10 91:10-10 92:9-10 93:9-9 94:9-9 95:7-10 98:10-10 211:9-9 212:9-9 213:8-9 " +
    "216:8-8 218:9-9 220:7-7 221:9-9 225:10-10 233:9-9 234:8-10 237:9-9 243:9-9 249:9-9 250:9-9 251:9-9 254:9-9 255:9-9 256:9-9 " +
    "260:9-9 263:9-9 264:8-9 351:9-9 352:6-9 353:7-9 354:7-9 355:8-9 356:8-8 357:8-8 358:6-11 359:8-9 370:8-8 371:8-8 372:7-8 373:8-8 " +
    "374:8-8 375:9-9 376:6-9 377:8-9 380:9-9 381:8-9 382:8-8 385:8-9 386:8-8 387:8-8 389:8-8 420:9-9 421:9-9 423:7-9 502:8-8 503:8-8 " +
    "504:8-8 505:8-8 506:8-8 507:7-8 591:8-8 593:8-9 595:9-9 598:8-8 852:8-8 853:8-8 855:8-9 856:8-10 880:10-10 886:8-9 960:7-7 961:7-8 " +
    "962:8-9 963:9-9 964:10-10 965:8-8 966:9-9 967:9-9 968:8-8 970:9-9 971:8-9 972:8-9 973:8-8 974:8-8 975:8-8 976:8-8 977:8-10 992:9-9 " +
    "993:8-8 994:9-9 995:9-9 996:9-9 998:9-9"
  )
    .split(" ")
    .map((one) => {
      const [code, least, most] = one.split(/[:-]/);
      return [code, [Number(least), Number(most)]];
    }),
);

const international = /(?<!\d[.-])(\+ ?|00 ?)(?=[1-9])\d(?:[ ./()-]{0,3}\d){6,16}/y;

/** The end of the most digits, counted from `start`, that the country's plan has; undefined when there are too few or no such country. */
function plannedEnd(text: string, start: number, end: number): number | undefined {
  const digits = digitsOf(text.slice(start, end));
  const code = [1, 2, 3].map((length) => digits.slice(0, length)).find((one) => countries[one]);
  if (code === undefined) return undefined;
  const [least, most] = countries[code]!;
  // Many write the zero of calls within the country too: +44 (0)20.
  const trunk = digits[code.length] === "0" && code !== "39" ? 1 : 0;
  const available = digits.length - code.length - trunk;
  if (available < least) return undefined;
  let left = code.length + trunk + Math.min(available, most);
  let at = start;
  for (; left > 0; at += 1) if (kindOf(text.charCodeAt(at)) === Kind.DIGIT) left -= 1;
  return at;
}

const withPlus = scores(0.8, 1, 0.6);
const withZeros = scores(0.55, 0.9, 0.2);
const ungrouped = scores(0.3, 0.8, 0.1);

/** In groups, as people write numbers to be dialled, and not as counters write zeros in front; nor the inner groups of a longer number. */
const isDialled = (text: string, { 0: match, index }: RegExpExecArray): boolean =>
  /^00 ?\d{1,3}[ ./-].*\d[ ./-]\d/.test(match) && !/\d[ ./-]$/.test(text.slice(Math.max(0, index - 2), index));

function internationalAt(text: string, start: number): Candidate | undefined {
  international.lastIndex = start;
  const match = international.exec(text);
  if (!match) return undefined;
  const prefix = match[1]!;
  const end = plannedEnd(text, start + prefix.length, start + match[0].length);
  if (end === undefined || isAlphanumeric(text, end)) return undefined;
  const scores = prefix.startsWith("+") ? withPlus : isDialled(text, match) ? withZeros : ungrouped;
  return { start, end, scores };
}

function findInternational({ text, signs, digits }: View): readonly Candidate[] {
  const found: Candidate[] = [];
  const take = (start: number): void => {
    const one = internationalAt(text, start);
    if (one) found.push(one);
  };
  for (const start of signs) if (text[start] === "+") take(start);
  for (const start of digits) if (text[start] === "0" && text[start + 1] === "0") take(start);
  return found;
}

/** Area and exchange begin with 2 to 9 and are no service code like 411. Source: North American Numbering Plan. */
function isNanp(match: string): boolean {
  const digits = digitsOf(match).slice(-10);
  const isCode = (at: number): boolean => digits[at]! >= "2" && digits.slice(at + 1, at + 3) !== "11";
  return isCode(0) && isCode(3);
}

const isLong = (match: string): boolean => {
  const { length } = digitsOf(match);
  return length >= 9 && length <= 12;
};

interface NationalShape {
  readonly run: readonly [min: number, max: number];
  readonly behind?: string;
  readonly first: string;
  /** `DIGITS_MIN` when left out. */
  readonly digits_min?: number;
  readonly source: string;
  readonly isValid?: (match: string) => boolean;
  readonly scores: Scores;
}

const NANP_DIGITS = 10;

const national: readonly NationalShape[] = [
  {
    run: [1, 1],
    behind: "( .-",
    first: "1(+",
    digits_min: NANP_DIGITS,
    source: "(?:\\+?1[ .-]?)?\\(\\d{3}\\)[ .-]?\\d{3}[ .-]?\\d{4}",
    isValid: isNanp,
    scores: scores(0.85, 1, 0.6),
  },
  {
    run: [1, 4],
    behind: " .-/",
    first: "123456789+",
    digits_min: NANP_DIGITS,
    source: "(?:\\+?1[ .-]?)?\\d{3}([-./])\\d{3}[-.]\\d{4}",
    isValid: isNanp,
    scores: scores(0.75, 1, 0.3),
  },
  {
    run: [1, 4],
    behind: " .-",
    first: "123456789+",
    digits_min: NANP_DIGITS,
    source: "(?:\\+?1[ .-]?)?\\d{3}[ -]\\d{3}[ -]\\d{4}",
    isValid: isNanp,
    scores: scores(0.6, 1, 0.2),
  },
  {
    run: [10, 11],
    first: "123456789+",
    digits_min: NANP_DIGITS,
    source: "\\+?1?\\d{10}",
    isValid: isNanp,
    scores: scores(0.2, 0.75, 0),
  },
  // United Kingdom, mobile; Brazil; France: shapes that nothing else has.
  { run: [5, 5], behind: " ", first: "0", source: "07\\d{3} \\d{3} ?\\d{3}", scores: scores(0.55, 0.9, 0.3) },
  { run: [0, 0], first: "(", source: "\\(\\d{2}\\) ?9?\\d{4}-\\d{4}", scores: scores(0.65, 0.9, 0.4) },
  {
    run: [2, 2],
    behind: " .",
    first: "0",
    source: "0[1-9](?:([ .])\\d{2})(?:\\1\\d{2}){3}(?! \\d)",
    scores: scores(0.55, 0.9, 0.3),
  },
  // Any other with its trunk zero is one only where a word says so.
  {
    run: [1, 14],
    first: "0(",
    source: "\\(?0\\d{1,4}\\)?[ /-]?\\d(?:[ /-]?\\d){4,9}",
    isValid: isLong,
    scores: scores(0.2, 0.7, 0),
  },
];

const DIGITS_MIN = 8;

const findNational = byShapes(
  national.flatMap(({ source, run, ...others }): readonly Shape[] => {
    const shape = { digits_min: DIGITS_MIN, pattern: whole(source), ...others };
    const signed = /\\\(|\\\+/.test(source) ? [{ begins: "signs", ...shape } as const] : [];
    return run[1] === 0 ? signed : [{ begins: "digits", run, ...shape }, ...signed];
  }),
);

export const phoneNumber: Detector = {
  entity: "PHONE_NUMBER",
  mayHold: ({ digits }) => digits >= DIGITS_MIN,
  find: (view, traits) => {
    const found = findInternational(view);
    return found.length === 0 ? findNational(view, traits) : [...found, ...findNational(view, traits)];
  },
  raising: words(
    ..."phone telephon tel$ tél telefon teléfon telefono téléphone mobil cell$ cellphone fax$ call text$ sms$ whatsapp msisdn handy dial contact appel rufen llám reach erreich joign joindre chiam ligue bel$ ring$ rufnummer pager".split(
      " ",
    ),
    "number is",
  ),
  lowering: words(...references, "id!"),
};
