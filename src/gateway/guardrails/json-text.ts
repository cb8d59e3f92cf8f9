import type { Span } from "#pii/mod.ts";

/** What a character of the view is part of. */
const STRUCTURE = 0;
const STRING = 1;
const SCALAR = 2;

/** A JSON text with its strings' escapes read, and where each character of it stood before. */
interface View {
  readonly text: string;
  /** Of each character, and of the end. */
  readonly offsets: Uint32Array;
  readonly kinds: Uint8Array;
}

const escapes: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  '"': '"',
  "\\": "\\",
  "/": "/",
};
const structural = new Set([..." \t\r\n{}[],:"]);
const fourHex = /^[0-9a-fA-F]{4}$/;

/** Reads what is JSON, or was to be: a text that breaks off, or is none, is read as far as it goes. */
function viewOf(json: string): View {
  const offsets = new Uint32Array(json.length + 1);
  const kinds = new Uint8Array(json.length);
  const pieces: string[] = [];
  let isString = false;
  let count = 0;
  for (let at = 0; at < json.length; ) {
    const [character, length] = isString ? readOne(json, at) : [json[at]!, 1];
    const isQuote = character === '"' && length === 1;
    if (isQuote) isString = !isString;
    kinds[count] = isQuote ? STRUCTURE : isString ? STRING : structural.has(character) ? STRUCTURE : SCALAR;
    offsets[count] = at;
    pieces.push(character);
    count += 1;
    at += length;
  }
  offsets[count] = json.length;
  return { text: pieces.join(""), offsets, kinds };
}

/** One unit within a string, and how many it is written with. */
function readOne(json: string, at: number): readonly [string, number] {
  const plain = [json[at]!, 1] as const;
  if (json[at] !== "\\") return plain;
  const next = json[at + 1] ?? "";
  const hex = json.slice(at + 2, at + 6);
  if (next === "u" && fourHex.test(hex)) return [String.fromCharCode(Number.parseInt(hex, 16)), 6];
  const meant = escapes[next];
  return meant === undefined ? plain : [meant, 2];
}

/** As a guard reads it: escapes hide nothing. */
export const readJson = (json: string): string => viewOf(json).text;

/** A text as a guard reads it: what is JSON is read as JSON. */
export const readText = (text: string): string => (isJson(text) ? readJson(text) : text);

/**
 * The JSON text with what `find` finds in it replaced, still as much JSON as it was: within a string the placeholder stands as
 * it is, in the place of a number as a string. What is not replaced stays as it was written.
 */
export function maskJson(
  json: string,
  find: (text: string) => readonly Span[],
): { text: string; spans: readonly Span[] } {
  const { text, offsets, kinds } = viewOf(json);
  const spans = find(text);
  if (spans.length === 0) return { text: json, spans };
  let masked = "";
  let left = 0;
  const replace = (from: number, to: number, by: string): void => {
    if (offsets[from]! < left) return;
    masked += json.slice(left, offsets[from]!) + by;
    left = offsets[to]!;
  };
  for (const { entity, start, end } of spans) {
    const by = `<${entity}>`;
    for (let at = start; at < end; ) {
      const kind = kinds[at]!;
      let to = at + 1;
      if (kind === SCALAR) {
        let from = at;
        while (from > 0 && kinds[from - 1] === SCALAR) from -= 1;
        while (kinds[to] === SCALAR) to += 1;
        replace(from, to, `"${by}"`);
      } else if (kind === STRING) {
        while (to < end && kinds[to] === STRING) to += 1;
        const from = at === start ? begins(text, at) : at;
        if (from < to) replace(from, to, by);
      }
      at = to;
    }
  }
  return { text: masked + json.slice(left), spans };
}

/** JSON within a string of JSON: the letter of an escape before an entity stays, or that JSON would break. */
function begins(text: string, start: number): number {
  if (!"bfnrt".includes(text[start]!)) return start;
  let backslashes = 0;
  while (text[start - 1 - backslashes] === "\\") backslashes += 1;
  return backslashes % 2 === 1 ? start + 1 : start;
}

/** Whether a text is an object or list in JSON. What only looks like one is a text. */
export function isJson(text: string): boolean {
  const first = text.trimStart()[0];
  if (first !== "{" && first !== "[") return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
