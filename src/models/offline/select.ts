import type { ToolDefinition } from "#wire/serving/chat.ts";
import { type Filling, fillArguments } from "./fill.ts";
import { beyondFacts, changes } from "./lexicon.ts";
import type { Table } from "./results.ts";
import { type Parameter, parametersOf } from "./schema.ts";
import { conceptOf, type Word, wordsOf } from "./words.ts";

export interface Selection {
  readonly tool: ToolDefinition;
  readonly filling: Filling;
  /** Share of the request's content words that the tool's own text explains, 0 to 1. */
  readonly coverage: number;
  readonly score: number;
}

/** A tool must explain this share of what was asked; below it, an answer would be to another question. */
const COVERAGE_MIN = 0.6;

/** Of two tools that explain a request alike, the one that says less beside it is meant. */
const UNASKED_COST = 0.02;

/** The request's very word is better evidence than another of its concept. */
const LITERAL_WORTH = 0.1;

/** A time that only a calendar could place. A call that leaves it out would answer another question. */
const relativeTime =
  /\b(?:yesterday|tomorrow|tonight|ago|(?:last|past|previous|next) (?:night|day|week|weekend|month|quarter|year)s?)\b/i;

/** Words that measure or qualify, and so are weak evidence of what the request is about. */
const weak: ReadonlySet<string> = new Set(
  "most least number total average amount year day left near record name code area happen group type free begin end".split(
    " ",
  ),
);

/**
 * The tool that fits the request, or null. Names, descriptions and parameters count; a word that many tools share counts less.
 * A request for a change, a cause or a forecast fits only a tool whose text speaks of it.
 */
export function selectTool(
  tools: readonly ToolDefinition[],
  text: string,
  earlier: readonly Table[],
): Selection | null {
  const documents = tools.map((tool) => documentOf(tool));
  const frequency = (concept: string): number => documents.filter((one) => one.has(concept)).length;
  const rarity = (concept: string): number => Math.log(1 + tools.length / (1 + frequency(concept))) + 0.1;
  const candidates = tools
    .map((tool, i) => rate(tool, documents[i]!, text, earlier, rarity))
    .filter((one) => one !== null)
    .sort((a, b) => b.score - a.score);
  return candidates[0] ?? null;
}

const documentOf = (tool: ToolDefinition): ReadonlySet<string> => new Set(wordsIn(tool).map((word) => word.concept));

const textsOf = (tool: ToolDefinition): ReadonlySet<string> => new Set(wordsIn(tool).map((word) => word.text));

/** All words of a tool's name, description and parameters. */
function wordsIn(tool: ToolDefinition): readonly Word[] {
  const { name, description = "" } = tool.function;
  const parameters = parametersOf(tool).map((one) => `${one.name} ${one.description} ${one.choices.join(" ")}`);
  return [name, description, ...parameters].flatMap(wordsOf);
}

function rate(
  tool: ToolDefinition,
  document: ReadonlySet<string>,
  text: string,
  earlier: readonly Table[],
  rarity: (concept: string) => number,
): Selection | null {
  const parameters = parametersOf(tool);
  const filling = fillArguments(parameters, text, earlier);
  const words = contentWords(text, filling, parameters);
  if (asksBeyond(text, document)) return null;
  if (relativeTime.test(text) && filling.missing.length === 0) return null;
  const explained = words.filter((word) => document.has(word.concept));
  const strong = explained.filter((word) => !weak.has(word.concept));
  const weight = (word: Word): number => (weak.has(word.concept) ? 0.4 : 1);
  const sum = (list: readonly Word[]): number => list.reduce((total, word) => total + weight(word), 0);
  const coverage = words.length === 0 ? 0 : sum(explained) / sum(words);
  const isArgued = filling.used.length > 0 && filling.missing.length === 0 && parameters.some((one) => one.required);
  if (strong.length === 0 && !(isArgued && explained.length > 0) && !isWhollyArgued(filling, parameters)) return null;
  if (coverage < COVERAGE_MIN && !(isWhollyArgued(filling, parameters) && sum(words) - sum(explained) < 1)) return null;
  const evidence = explained.reduce((total, word) => total + rarity(word.concept) * weight(word), 0);
  const literal = explained.filter((word) => textsOf(tool).has(word.text)).length * LITERAL_WORTH;
  const unasked = document.size - explained.length;
  const score = evidence + literal + filling.used.length * 0.5 - filling.missing.length - unasked * UNASKED_COST;
  return { tool, filling, coverage, score };
}

/** At least three arguments were asked for and all were found: the request's shape alone says what is meant. */
function isWhollyArgued(filling: Filling, parameters: readonly Parameter[]): boolean {
  return parameters.filter((one) => one.required).length >= 3 && filling.missing.length === 0;
}

/** Content words once each, without those that went into arguments. */
function contentWords(text: string, filling: Filling, parameters: readonly Parameter[]): readonly Word[] {
  let rest = text;
  for (const entity of [...filling.used].sort((a, b) => b.at - a.at)) {
    const keep = entity.kind === "number" ? (entity.unit ?? "") : "";
    rest = `${rest.slice(0, entity.at)} ${keep} ${rest.slice(entity.end)}`;
  }
  const chosen = parameters
    .filter((one) => one.choices.length > 0 && one.name in filling.arguments)
    .flatMap((one) => wordsOf(String(filling.arguments[one.name])).map((word) => word.concept));
  const seen = new Set(chosen);
  return wordsOf(rest).filter((word) => {
    if (seen.has(word.concept)) return false;
    seen.add(word.concept);
    return true;
  });
}

/** Asks for a change, a cause or a forecast of which the tool's own text says nothing. */
function asksBeyond(text: string, document: ReadonlySet<string>): boolean {
  const lower = text.toLowerCase();
  const all = lower.match(/[a-z]+/g) ?? [];
  const opening = all.find((word) => !/^(?:please|can|could|would|you|hi|hello|and|then)$/.test(word));
  const isServed = (word: string): boolean => document.has(conceptOf(word));
  if (opening !== undefined && changes.has(opening) && !isServed(opening)) return true;
  if (all.some((word) => beyondFacts.has(word) && !isServed(word))) return true;
  return /\bwill\b.*\b(?:next|develop|become)\b|\bnext (?:year|month|week)\b/.test(lower) && !isServed("forecast");
}
