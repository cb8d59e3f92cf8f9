import type { Words } from "./context.ts";
import type { Entity } from "./entities.ts";
import { lengths, type View } from "./view.ts";

/** What a stretch of text holds at all, from one pass over its codes; a detector is run only where its need is met. */
export interface Traits {
  readonly digits: number;
  readonly colons: number;
  readonly ats: number;
  readonly length: number;
}

/** A possible entity in the view that a detector was given; `end` is exclusive. */
export interface Candidate {
  readonly start: number;
  readonly end: number;
  readonly scores: Scores;
}

/** How sure a find is: by its shape alone, with a word before it that speaks for it, with one that speaks against it. */
export interface Scores {
  readonly plain: number;
  readonly raised: number;
  readonly lowered: number;
}

export const scores = (plain: number, raised: number, lowered: number): Scores =>
  Object.freeze({ plain, raised, lowered });

/** One kind of entity. What it finds begins at the view's `from` or later. */
export interface Detector {
  readonly entity: Entity;
  readonly mayHold: (traits: Traits) => boolean;
  readonly find: (view: View, traits: Traits) => Iterable<Candidate>;
  readonly raising?: Words;
  readonly lowering?: Words;
}

/** A shape, what else must be true of a match, and how sure it then is. */
export interface Shape {
  /** What its first character is; it never stands behind a letter or digit. */
  readonly begins: "digits" | "letters" | "signs";
  /** Fewest digits that a match has. */
  readonly digits_min: number;
  /** Least and most digits in a row with which it begins, so that it is tried at few places. For shapes that begin with a digit. */
  readonly run?: readonly [min: number, max: number];
  /** What can stand right behind these digits, so that it is tried at fewer still; anything when left out. */
  readonly behind?: string;
  /** What its first character can be; anything of its kind when left out. */
  readonly first?: string;
  /** Sticky, and each quantifier bounded, so that a try costs no more than the entity's length. */
  readonly pattern: RegExp;
  readonly isValid?: (match: string) => boolean;
  readonly scores: Scores;
}

/** With nothing left out: objects that have the same fields in the same order cost the engine half as much to read. */
const complete = ({ begins, digits_min, run, behind, first, pattern, isValid, scores }: Shape) => ({
  begins,
  digits_min,
  run_min: run?.[0] ?? 0,
  run_max: run?.[1] ?? Number.MAX_SAFE_INTEGER,
  run_lengths: lengths(run?.[0] ?? 0, run?.[1] ?? Number.MAX_SAFE_INTEGER),
  behind,
  first,
  pattern,
  isValid,
  scores,
});

const nothing: readonly Candidate[] = Object.freeze([]);

/** Finds by shapes, each tried at every place where it may begin. */
export function byShapes(shapes: readonly Shape[]): (view: View, traits: Traits) => readonly Candidate[] {
  const completed = shapes.map(complete);
  return (view, traits) => {
    let found: Candidate[] | undefined;
    for (let i = 0; i < completed.length; i += 1) {
      const shape = completed[i]!;
      if (traits.digits < shape.digits_min) continue;
      if (shape.begins === "digits" && (shape.run_lengths & view.run_lengths) === 0) continue;
      const starts = startsOf(view, shape.begins);
      let free = view.from;
      for (let at = 0; at < starts.length; at += 1) {
        const start = starts[at]!;
        if (start < free || !mayBegin(view.text, start, shape)) continue;
        if (shape.begins === "digits" && !isRun(view, at, shape)) continue;
        const end = endOf(view.text, start, shape);
        if (end < 0) continue;
        free = end;
        found ??= [];
        found.push({ start, end, scores: shape.scores });
      }
    }
    return found ?? nothing;
  };
}

const startsOf = (view: View, begins: Shape["begins"]): readonly number[] =>
  begins === "digits" ? view.digits : begins === "letters" ? view.letters : view.signs;

const mayBegin = (text: string, start: number, { first }: ReturnType<typeof complete>): boolean =>
  first === undefined || first.includes(text.charAt(start));

function isRun(view: View, at: number, { run_min, run_max, behind }: ReturnType<typeof complete>): boolean {
  const length = view.runs[at]!;
  if (length < run_min || length > run_max) return false;
  return behind === undefined || behind.includes(view.text.charAt(view.digits[at]! + length));
}

/** The end of a match that is valid; negative when there is none. */
function endOf(text: string, start: number, { pattern, isValid }: ReturnType<typeof complete>): number {
  pattern.lastIndex = start;
  // Tests instead of matches: most tries fail or are not valid, and none needs groups.
  if (!pattern.test(text)) return -1;
  const end = pattern.lastIndex;
  return isValid === undefined || isValid(text.slice(start, end)) ? end : -1;
}

export function digitsOf(text: string): string {
  let digits = "";
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) digits += text[at];
  }
  return digits;
}
