import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Where in a text an entity stands; `end` is exclusive. */
interface Place {
  readonly entity: string;
  readonly start: number;
  readonly end: number;
}

/** A text, and all personal data that it holds; a hard negative holds none, though it looks as if. */
export interface Labelled {
  readonly text: string;
  readonly places: readonly Place[];
}

/**
 * `tuned`: what detectors may be fitted to. `held-out`: sentences in other words, written and committed before the detectors were last
 * changed; none is ever changed because of what it shows.
 */
export const PARTS = ["tuned", "held-out"] as const;
export type Part = (typeof PARTS)[number];

const FOLDER = join(import.meta.dirname, "../data/pii");

const label = /⟦([A-Z_]+)\|([^⟦⟧|]+)⟧/gu;

/** One text in which each entity is written `⟦KIND|value⟧`. @throws Error when brackets are left that are no label. */
export function parseLabelled(marked: string): Labelled {
  const places: Place[] = [];
  let text = "";
  let at = 0;
  for (const { 0: all, 1: entity, 2: value, index } of marked.matchAll(label)) {
    text += marked.slice(at, index);
    places.push({ entity: entity!, start: text.length, end: text.length + value!.length });
    text += value;
    at = index + all.length;
  }
  text += marked.slice(at);
  if (/[⟦⟧]/u.test(text)) throw new Error(`A label is not written as ⟦KIND|value⟧: ${marked}`);
  return { text, places };
}

/** The part's texts, in order. */
export function labelledSet(part: Part): readonly Labelled[] {
  const lines = readFileSync(join(FOLDER, `${part}.jsonl`), "utf8")
    .trimEnd()
    .split("\n");
  return lines.map((line) => parseLabelled((JSON.parse(line) as { readonly text: string }).text));
}
