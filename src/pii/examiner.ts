import { CONTEXT_CHARACTERS, type Words } from "./context.ts";
import type { Detector, Scores, Traits } from "./detector.ts";
import { detectors } from "./detectors/all.ts";
import { DEFAULT_ENTITIES, type Entity } from "./entities.ts";
import { type Folded, fold } from "./fold.ts";
import type { Names } from "./names.ts";
import { type Span, withoutOverlaps } from "./span.ts";
import { isWithin, REACH_CHARACTERS, type Stretch, Stretches, traitsOf, wholeCharacter } from "./stretches.ts";
import { View } from "./view.ts";

/** What is looked for. */
export interface DetectOptions {
  /** `DEFAULT_ENTITIES` when left out. PERSON is found only among `names`. */
  readonly entities?: readonly Entity[];
  readonly names?: Names;
  /** Finds that are less sure are left out; between 0 and 1, `SCORE_MIN` when left out. */
  readonly score_min?: number;
}

/** Surer than not. */
const SCORE_MIN = 0.5;

/** Of two words that speak for two kinds the nearer counts, by this much for each character. */
const SCORE_BY_DISTANCE = 0.001;

/** These are not told by the traits that a pass over the codes sees. */
const WITHOUT_TRAITS: ReadonlySet<Entity> = new Set(["PERSON", "URL", "DATE_TIME", "CRYPTO"]);

/** What a piece of text holds. */
export interface Examined {
  readonly spans: readonly Span[];
  /** The first span goes on where the last one before it ended. */
  readonly isContinued: boolean;
}

/** With nothing left out, for the same reason as shapes. */
const complete = ({ entity, mayHold, find, raising, lowering }: Detector) => ({
  entity,
  mayHold,
  find,
  raising,
  lowering,
});

type Active = ReturnType<typeof complete>;

const known: readonly Active[] = Object.values(detectors).map(complete);

/** Detectors by the list of kinds that was asked for: short texts are many, and mostly looked through for the same list. */
const listed = new WeakMap<readonly Entity[], readonly Active[]>();

function activeFor(entities: readonly Entity[]): readonly Active[] {
  const before = listed.get(entities);
  if (before) return before;
  const active = known.filter(({ entity }) => entities.includes(entity));
  listed.set(entities, active);
  return active;
}

const writtenOut = /&[#A-Za-z]|%[2-7][0-9A-Fa-f]|=40[A-Za-z]|=\r?\n|\\[ux][0-9a-fA-F]|[^\x00-\x7f]/;

/** Looks through a text for personal data, piece by piece in order, with what is needed of the text before each. */
export class Examiner {
  readonly #active: readonly Active[];
  readonly #score_min: number;
  readonly #stretches: Stretches;
  /** The entity that fills a window to its end and goes on behind it. */
  #within: Span | undefined;

  constructor({ entities = DEFAULT_ENTITIES, names, score_min = SCORE_MIN }: DetectOptions) {
    const byName = names && entities.includes("PERSON") ? names : undefined;
    const active = activeFor(entities);
    this.#active = byName ? [...active, complete(byName.detector)] : active;
    this.#score_min = score_min;
    this.#stretches = new Stretches(
      byName,
      this.#active.some(({ entity }) => WITHOUT_TRAITS.has(entity)),
    );
  }

  /** Everything before it is examined. */
  get settled(): number {
    return this.#stretches.start;
  }

  /** Characters before `settled` that may be forgotten. */
  get forgettable(): number {
    return Math.max(0, this.settled - CONTEXT_CHARACTERS);
  }

  /** The text has lost its first `count` characters, all of them forgettable. */
  forget(count: number): void {
    this.#stretches.forget(count);
  }

  /** The next piece that holds something; undefined when there is none, or none yet because the text is not complete. */
  next(text: string, isComplete: boolean): Examined | undefined {
    if (this.#within) {
      const continued = this.#goOn(text, this.#within);
      if (continued) return continued;
    }
    for (;;) {
      const stretch = this.#stretches.next(text, isComplete);
      if (!stretch) return undefined;
      const spans = stretch.isCut ? this.#cut(text, stretch) : withoutOverlaps(this.#find(text, stretch));
      if (spans.length > 0) return { spans, isContinued: false };
    }
  }

  /** The rest of an entity that filled its window. */
  #goOn(text: string, { entity, score }: Span): Examined | undefined {
    const start = this.#stretches.start;
    let end = start;
    while (end < text.length && isWithin(text, end)) end += 1;
    this.#stretches.restart(end);
    if (end < text.length) this.#within = undefined;
    return end === start ? undefined : { spans: [{ entity, start, end, score }], isContinued: true };
  }

  /** Of a window what begins in its first half, as that alone is seen whole; the next window begins behind it. */
  #cut(text: string, stretch: Stretch): readonly Span[] {
    const half = wholeCharacter(text, stretch.end - REACH_CHARACTERS);
    const spans = withoutOverlaps(this.#find(text, stretch).filter(({ start }) => start < half));
    const end = Math.max(half, spans.at(-1)?.end ?? 0);
    this.#stretches.restart(end);
    if (end === stretch.end) this.#within = spans.at(-1);
    return spans;
  }

  #find(text: string, { start, end, isFolded, traits }: Stretch): readonly Span[] {
    const origin = Math.max(0, start - CONTEXT_CHARACTERS);
    const raw = text.slice(origin, end);
    if (!isFolded || !writtenOut.test(raw)) {
      return this.#spans(raw, start - origin, traits, ({ start, end, entity, score }) => ({
        entity,
        start: origin + start,
        end: origin + end,
        score,
      }));
    }
    const { text: view, offsets }: Folded = fold(raw);
    const from = offsets.findIndex((offset) => offset >= start - origin);
    return this.#spans(view, from, traitsOf(view, from), ({ start, end, entity, score }) => ({
      entity,
      start: origin + offsets[start]!,
      end: origin + offsets[end]!,
      score,
    }));
  }

  #spans(text: string, from: number, traits: Traits, placed: (span: Span) => Span): readonly Span[] {
    const spans: Span[] = [];
    const view = new View(text, from);
    for (const { entity, mayHold, find, raising, lowering } of this.#active) {
      if (!mayHold(traits)) continue;
      for (const { start, end, scores } of find(view, traits)) {
        const score = scoreOf(view, start, scores, raising, lowering);
        if (score >= this.#score_min) spans.push(placed({ entity, start, end, score }));
      }
    }
    return spans;
  }
}

function scoreOf(
  view: View,
  start: number,
  scores: Scores,
  raising: Words | undefined,
  lowering: Words | undefined,
): number {
  if (scores.plain === scores.raised && scores.plain === scores.lowered) return scores.plain;
  const { says, distance } = view.before(start).verdict(raising, lowering);
  if (says === "nothing") return scores.plain;
  return says === "for" ? Math.max(scores.plain, scores.raised - distance * SCORE_BY_DISTANCE) : scores.lowered;
}
