import { metresIn, months, numberWords, stopWords } from "./lexicon.ts";

/** Something in the request that can fill an argument. `at` and `end` are its place in the text. */
export interface Entity {
  readonly kind: "quoted" | "date" | "period" | "number" | "code" | "name" | "topic";
  readonly text: string;
  readonly at: number;
  readonly end: number;
  /** For a number: its value and the unit of length behind it. */
  readonly value?: number;
  readonly unit?: string;
  /** For a period: first and last day. */
  readonly first?: string;
  readonly last?: string;
}

const month = `(?:${months.map((name) => `${name.slice(0, 3)}(?:${name.slice(3)})?${name === "september" ? "|sept" : ""}`).join("|")})\\.?`;
const scales: Readonly<Record<string, number>> = { k: 1e3, thousand: 1e3, million: 1e6, m: 1e6, billion: 1e9 };
const unitWords = Object.keys(metresIn).filter((unit) => unit.length > 1);

/** Everything in `text` that can fill an argument, in the order of its precedence; a stretch of text is taken once. */
export function entitiesOf(text: string): readonly Entity[] {
  const found: Entity[] = [];
  const take = (pattern: RegExp, make: (match: RegExpExecArray) => Omit<Entity, "at" | "end"> | null): void => {
    for (const match of text.matchAll(pattern)) {
      const at = match.index;
      const end = at + match[0].length;
      if (found.some((one) => at < one.end && one.at < end)) continue;
      const entity = make(match);
      if (entity) found.push({ ...entity, at, end });
    }
  };
  take(/"([^"]+)"|“([^”]+)”|(?<![\p{L}\d])'([^']+)'(?!\p{L})/gu, (m) => ({
    kind: "quoted",
    text: (m[1] ?? m[2] ?? m[3])!,
  }));
  take(/\b(\d{4})-(\d{2})-(\d{2})\b/g, (m) => ({ kind: "date", text: m[0] }));
  take(new RegExp(`\\b(${month})\\s+(\\d{1,2})(?:st|nd|rd|th)?,?\\s+(\\d{4})\\b`, "gi"), (m) =>
    day(m[3]!, m[1]!, m[2]!),
  );
  take(new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?\\s+(?:of\\s+)?(${month}),?\\s+(\\d{4})\\b`, "gi"), (m) =>
    day(m[3]!, m[2]!, m[1]!),
  );
  take(new RegExp(`\\b(${month})\\s+(\\d{4})\\b`, "gi"), (m) => wholeMonth(m[2]!, m[1]!));
  take(/\b(?=[A-Z0-9-]*[A-Z])(?=[A-Z0-9-]*\d)[A-Z0-9]+(?:-[A-Z0-9]+)*\b/g, (m) => ({ kind: "code", text: m[0] }));
  take(/\b[A-Z]{2,}\b/g, (m) => ({ kind: "code", text: m[0] }));
  take(
    new RegExp(
      `(?<![\\w.-])(\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?)(?:\\s*(k|thousand|million|billion)\\b)?(?:[\\s-]*(${unitWords.join("|")})(?:s|es)?\\b)?(?![\\w])`,
      "gi",
    ),
    number,
  );
  take(
    new RegExp(
      `\\b(${Object.keys(numberWords).join("|")})\\b(?:\\s+(thousand|million|billion)\\b)?(?:\\s+(${unitWords.join("|")})(?:s|es)?\\b)?`,
      "gi",
    ),
    number,
  );
  take(/\b\p{Lu}[\p{L}'’]+(?:\s+(?:(?:de|van|von|der|la|le|of)\s+)?\p{Lu}[\p{L}'’.]+)*/gu, (m) => nameAt(text, m));
  take(/\b(?:about|on|regarding|concerning|subject of|topic of)\s+((?:\p{Ll}[\p{L}-]*\s*){1,4})/gu, topic);
  return found.sort((a, b) => a.at - b.at);
}

function number(match: RegExpExecArray): Omit<Entity, "at" | "end"> {
  const base = numberWords[match[1]!.toLowerCase()] ?? Number(match[1]!.replaceAll(",", ""));
  const scale = match[2] ? (scales[match[2].toLowerCase()] ?? 1) : 1;
  const unit = match[3]?.toLowerCase();
  return { kind: "number", text: match[0], value: base * scale, ...(unit && { unit }) };
}

const monthNumber = (word: string): number =>
  months.findIndex((name) => name.startsWith(word.slice(0, 3).toLowerCase())) + 1;
const two = (value: number): string => String(value).padStart(2, "0");

function day(year: string, monthWord: string, dayOfMonth: string): Omit<Entity, "at" | "end"> {
  return { kind: "date", text: `${year}-${two(monthNumber(monthWord))}-${two(Number(dayOfMonth))}` };
}

function wholeMonth(year: string, monthWord: string): Omit<Entity, "at" | "end"> {
  const index = monthNumber(monthWord);
  const last = new Date(Date.UTC(Number(year), index, 0)).getUTCDate();
  const prefix = `${year}-${two(index)}`;
  return { kind: "period", text: prefix, first: `${prefix}-01`, last: `${prefix}-${two(last)}` };
}

/** A capitalised phrase, unless it only opens a sentence or is an ordinary word there. */
function nameAt(text: string, match: RegExpExecArray): Omit<Entity, "at" | "end"> | null {
  const opens = match.index === 0 || /[.?!:]\s*$/.test(text.slice(0, match.index));
  if (opens && !match[0].includes(" ")) return null;
  if (stopWords.has(match[0].toLowerCase())) return null;
  return opens && stopWords.has(match[0].split(" ")[0]!.toLowerCase()) ? null : { kind: "name", text: match[0] };
}

/** The lower-case noun phrase behind `about` or `on`, up to the next function word. */
function topic(match: RegExpExecArray): Omit<Entity, "at" | "end"> | null {
  const words: string[] = [];
  for (const word of match[1]!.trim().split(/\s+/)) {
    const ends = stopWords.has(word) || /^(?:published|written|released|printed)$/.test(word);
    if (ends && words.length > 0) break;
    if (!ends) words.push(word);
  }
  return words.length > 0 ? { kind: "topic", text: words.join(" ") } : null;
}
