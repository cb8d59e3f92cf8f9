import type { Words } from "./context.ts";
import type { Entity } from "./entities.ts";
import type { View } from "./view.ts";

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
  /** Sticky, and each quantifier bounded, so that a try costs no more than the entity's length. */
  readonly pattern: RegExp;
  readonly isValid?: (match: RegExpExecArray) => boolean;
  readonly scores: Scores;
}

/** Finds by shapes, each tried at every place where it may begin. */
export const byShapes = (shapes: readonly Shape[]) =>
  function find(view: View, traits: Traits): readonly Candidate[] {
    const found: Candidate[] = [];
    for (const { begins, digits_min, run, pattern, isValid, scores } of shapes) {
      if (traits.digits < digits_min) continue;
      const starts = view[begins];
      let free = view.from;
      for (let i = 0; i < starts.length; i += 1) {
        const start = starts[i]!;
        if (start < free || (run && isOutside(view.runs[i]!, run))) continue;
        pattern.lastIndex = start;
        const match = pattern.exec(view.text);
        if (!match || (isValid && !isValid(match))) continue;
        free = start + match[0].length;
        found.push({ start, end: free, scores });
      }
    }
    return found;
  };

export const digitsOf = (text: string): string => text.replaceAll(/[^0-9]/g, "");

const isOutside = (length: number, [min, max]: readonly [number, number]): boolean => length < min || length > max;
