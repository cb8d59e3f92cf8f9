import type { Json } from "#base/json.ts";
import { type Entity, entitiesOf } from "./entities.ts";
import { metresIn } from "./lexicon.ts";
import type { Table } from "./results.ts";
import type { Parameter } from "./schema.ts";
import { conceptOf, wordsOf } from "./words.ts";

/** Arguments found for a tool: what is missing is named, never made up. `used` are the entities that went into it. */
export interface Filling {
  readonly arguments: Readonly<Record<string, Json>>;
  readonly missing: readonly Parameter[];
  readonly used: readonly Entity[];
}

/** Fills parameters from the request's text, then from earlier results (newest first), then from defaults. */
export function fillArguments(parameters: readonly Parameter[], text: string, earlier: readonly Table[]): Filling {
  const entities = entitiesOf(text);
  const filled: Record<string, Json> = {};
  const used = new Set<Entity>();
  for (const parameter of parameters.filter((one) => one.choices.length > 0)) {
    const choice = choiceIn(parameter, text);
    if (choice !== undefined) filled[parameter.name] = choice;
  }
  const open = parameters.filter((one) => one.choices.length === 0);
  const pairs = open
    .flatMap((parameter) =>
      entities.map((entity) => ({ parameter, entity, fit: fitOf(parameter, entity, text, parameters) })),
    )
    .filter((pair) => pair.fit.score >= (pair.parameter.required ? 1 : 2))
    .sort((a, b) => b.fit.score - a.fit.score || a.entity.at - b.entity.at);
  for (const { parameter, entity, fit } of pairs) {
    if (parameter.name in filled || (used.has(entity) && entity.kind !== "period" && !fit.shares)) continue;
    filled[parameter.name] = fit.value;
    used.add(entity);
  }
  for (const parameter of parameters) {
    if (parameter.name in filled || !parameter.required) continue;
    const value = fromEarlier(parameter, text, earlier) ?? parameter.default;
    if (value !== undefined) filled[parameter.name] = value;
  }
  return {
    arguments: Object.fromEntries(parameters.filter((p) => p.name in filled).map((p) => [p.name, filled[p.name]!])),
    missing: parameters.filter((one) => one.required && !(one.name in filled)),
    used: [...used],
  };
}

/** The enumerated value the text names: by its own words, or by a word of the same concept. */
function choiceIn(parameter: Parameter, text: string): string | undefined {
  const words = wordsOf(text);
  const said = new Set(words.flatMap((word) => [word.text, word.concept]));
  const named = parameter.choices.filter((choice) =>
    wordsOf(choice).every((word) => said.has(word.text) || said.has(word.concept)),
  );
  const exact = named.find((choice) => text.toLowerCase().includes(choice.toLowerCase()));
  const chosen = exact ?? named[0];
  if (chosen === undefined || parameter.required) return chosen;
  const about = wordsOf(`${parameter.name} ${parameter.description}`).map((word) => word.concept);
  return exact !== undefined || about.some((concept) => said.has(concept)) ? chosen : undefined;
}

interface Fit {
  readonly score: number;
  readonly value: Json;
  /** The same stretch of text may also fill another parameter: a year that is both first and last day. */
  readonly shares?: boolean;
}

const none: Fit = { score: 0, value: null };

function fitOf(parameter: Parameter, entity: Entity, text: string, all: readonly Parameter[]): Fit {
  const about = wordsOf(`${parameter.name} ${parameter.description}`).map((word) => word.concept);
  const cue = cueScore(parameter, about, entity, text);
  if (parameter.isDate) return fitDate(parameter, entity, cue, text);
  if (parameter.type === "integer" || parameter.type === "number") {
    return fitNumber(parameter, about, entity, cue, text, all);
  }
  if (parameter.type === "string") return fitText(parameter, about, entity, cue, text);
  return none;
}

function fitDate(parameter: Parameter, entity: Entity, cue: number, text: string): Fit {
  const edge = edgeOf(parameter);
  const isYear = entity.kind === "number" && entity.unit === undefined && /^(?:19|20)\d\d$/.test(entity.text);
  if (entity.kind === "date") {
    const before = text.slice(0, entity.at).trimEnd();
    const isLater = /(?:\b(?:to|until|till|through|and)|[-–])$/i.test(before) && edge !== "none";
    if (isLater) return { score: edge === "last" ? 4 + cue : 1, value: entity.text };
    return { score: edge === "last" ? 2 : 3 + cue, value: entity.text };
  }
  if (entity.kind === "period" || isYear) {
    const first = entity.first ?? `${entity.text}-01-01`;
    const last = entity.last ?? `${entity.text}-12-31`;
    if (edge === "none") return none;
    return { score: 3, value: edge === "last" ? last : first, shares: true };
  }
  return none;
}

function edgeOf(parameter: Parameter): "first" | "last" | "none" {
  const words = wordsOf(parameter.name).map((word) => word.concept);
  if (words.includes("begin") || /(?:^|_)(?:from|since|after|min)(?:_|$)/.test(parameter.name)) return "first";
  return words.includes("end") || /(?:^|_)(?:to|until|before|max)(?:_|$)/.test(parameter.name) ? "last" : "none";
}

function fitNumber(
  parameter: Parameter,
  about: readonly string[],
  entity: Entity,
  cue: number,
  text: string,
  all: readonly Parameter[],
): Fit {
  if (entity.kind !== "number" || entity.value === undefined) return none;
  if (parameter.type === "integer" && !Number.isInteger(entity.value)) return none;
  const isYear = /^(?:1[5-9]|20)\d\d$/.test(entity.text);
  const wantsYear = about.includes("year");
  if (
    isYear !== wantsYear &&
    (wantsYear || all.some((one) => wordsOf(`${one.name} ${one.description}`).some((w) => w.concept === "year")))
  ) {
    return none;
  }
  if (wantsYear) return fitYear(parameter, entity, text);
  const wanted = Object.keys(metresIn).find((unit) => parameterUnit(parameter).includes(unit));
  if (entity.unit !== undefined) {
    if (!wanted) return none;
    const value = (entity.value * metresIn[entity.unit]!) / metresIn[wanted]!;
    return { score: 5, value: Math.round(value * 100) / 100 };
  }
  return { score: (wanted ? 1 : 2) + cue, value: entity.value };
}

/** A year behind `after` or `since` is not one behind `before`, and neither is a plain year. */
function fitYear(parameter: Parameter, entity: Entity, text: string): Fit {
  const before = text.slice(0, entity.at).toLowerCase();
  const after = /\b(?:after|since|later than)\s*$/.test(before);
  const earlier = /\b(?:before|until|prior to)\s*$/.test(before);
  const name = parameter.name.toLowerCase();
  const wantsAfter = /after|since|from|min/.test(name);
  const wantsEarlier = /before|until|to$|max/.test(name);
  if (after !== wantsAfter || earlier !== wantsEarlier) return { score: 1, value: entity.value! };
  return { score: 4, value: entity.value! };
}

function parameterUnit(parameter: Parameter): readonly string[] {
  return `${parameter.name} ${parameter.description}`
    .toLowerCase()
    .split(/[^a-z]+/)
    .flatMap((word) => [word, word.replace(/s$/, "")])
    .filter((word) => word.length > 1);
}

/** A parameter so described takes an identifier rather than a name. */
const codeWord = /(?:^|[^a-z])(?:code|id|identifier|number|currency|iso|symbol|sku|key)(?:[^a-z]|$)/i;

function fitText(parameter: Parameter, about: readonly string[], entity: Entity, cue: number, text: string): Fit {
  const isCoded = codeWord.test(`${parameter.name} ${parameter.description}`);
  switch (entity.kind) {
    case "quoted":
      return { score: 3 + cue, value: entity.text };
    case "code":
      return { score: (isCoded ? 3 : 0) + cue, value: entity.text };
    case "number":
      return isCoded && entity.unit === undefined && cue > 0 ? { score: 1 + cue, value: entity.text.trim() } : none;
    case "name":
      if (isCoded) return none;
      return { score: 2 + cue - (prepositionFits(about, entity, text) ? 0 : 1), value: entity.text };
    case "topic":
      return about.includes("subject") || about.includes("query") || about.includes("question")
        ? { score: 3, value: entity.text }
        : none;
    default:
      return none;
  }
}

/** `by X` is a maker, `in X` a place, `about X` a subject; without such a word anything may be meant. */
function prepositionFits(about: readonly string[], entity: Entity, text: string): boolean {
  const before = text.slice(0, entity.at).trimEnd().toLowerCase();
  if (/\bby$/.test(before)) return about.some((one) => ["author", "person", "artist", "maker"].includes(one));
  if (/\b(?:about|on)$/.test(before)) return about.includes("subject");
  return !about.includes("author") || about.includes("name");
}

/** What stands before the entity speaks for the parameter: its own noun, or the preposition of its direction. */
function cueScore(parameter: Parameter, about: readonly string[], entity: Entity, text: string): number {
  const before = text.slice(0, entity.at);
  const lastWord = wordsOf(before.split(/[.?!;,]/).at(-1) ?? "").at(-1);
  const next = wordsOf(text.slice(entity.end).split(/[.?!;,]/)[0] ?? "")[0];
  const isNamed = lastWord !== undefined && /[\s#:]*$/.test(before) && about.includes(lastWord.concept);
  return (isNamed ? 1 : 0) + directionScore(parameter, entity, text) + (next && about.includes(next.concept) ? 0.5 : 0);
}

function directionScore(parameter: Parameter, entity: Entity, text: string): number {
  const before = text.slice(0, entity.at);
  const target = /\b(?:to|into|in|towards?|is that|many|much)\s*$/i.test(before);
  const words = parameter.name.toLowerCase().split("_");
  const isTarget = words.some((word) => ["to", "target", "destination", "dest", "into"].includes(word));
  const isSource = words.some((word) => ["from", "source", "origin", "src"].includes(word));
  if (!isTarget && !isSource) return 0;
  const behindNumber = /\d\s*(?:million|billion|thousand|k)?\s*$/i.test(before) || /\bfrom\s*$/i.test(before);
  if (isSource) return behindNumber ? 2 : target ? -1 : 0;
  return target ? 2 : behindNumber ? -1 : 0;
}

/** A value out of an earlier result whose column is called like the parameter: of the row the text names, else the first. */
function fromEarlier(parameter: Parameter, text: string, earlier: readonly Table[]): Json | undefined {
  const wanted = partsOf(parameter.name);
  const lower = text.toLowerCase();
  for (const table of [...earlier].reverse()) {
    const exact = table.columns.indexOf(parameter.name);
    const at =
      exact >= 0 ? exact : table.columns.findIndex((one) => wanted.every((part) => partsOf(one).includes(part)));
    if (at < 0) continue;
    const named = table.rows.find((row) =>
      row.some((cell) => typeof cell === "string" && cell.length > 2 && lower.includes(cell.toLowerCase())),
    );
    const ordinal = ["first", "second", "third", "fourth", "fifth"].findIndex((word) => lower.includes(word));
    const value = (named ?? table.rows[Math.max(ordinal, 0)])?.[at];
    if (value !== undefined && value !== null) return typed(parameter, value);
  }
  return undefined;
}

const partsOf = (name: string): readonly string[] => name.toLowerCase().split("_").map(conceptOf);

function typed(parameter: Parameter, value: Json): Json {
  const isNumber = parameter.type === "integer" || parameter.type === "number";
  return isNumber && typeof value === "string" && value.trim() !== "" ? Number(value) : value;
}
