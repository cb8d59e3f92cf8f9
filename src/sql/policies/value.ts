import { isJsonObject, type Json } from "#base/json.ts";

/** A value while a policy runs. A VARIANT or struct is JSON; a number is a safe integer where its type is INT. */
export type Value = Json;

/** The types that a policy computes with. INT stands for all integers, DOUBLE for all other numbers. */
export type PolicyType = "STRING" | "INT" | "DOUBLE" | "BOOLEAN" | "VARIANT" | "STRUCT" | "NULL";

/** A policy could not be computed: a denial, whatever the reason. */
export class Uncomputable extends Error {
  constructor(what: string) {
    super(`A service policy could not be computed: ${what}.`);
    this.name = "Uncomputable";
  }
}

/** Characters of a text that a policy makes: a long request as text, images aside, and no text that grows by itself. */
export const CHARACTERS_MAX = 4 * 1024 * 1024;

export function text(made: string): string {
  if (made.length > CHARACTERS_MAX) throw new Uncomputable("a text became too long");
  return made;
}

export function integer(made: number): number {
  if (!Number.isSafeInteger(made)) throw new Uncomputable("a number is out of range");
  return made;
}

export function double(made: number): number {
  if (!Number.isFinite(made)) throw new Uncomputable("a number is out of range");
  return made;
}

/** The value as one of another type; null stays null. A variant is converted by what it holds. @throws Uncomputable */
export function converted(value: Value, to: PolicyType): Value {
  if (value === null) return null;
  const from = typeof value;
  if (to === "STRING") return text(from === "object" ? JSON.stringify(value) : String(value));
  if (to === "BOOLEAN") return toBoolean(value);
  if (from === "boolean") return Number(value);
  if (from !== "number" && from !== "string") throw new Uncomputable("a value is no number");
  const written = from === "string" ? String(value).trim() : value;
  if (typeof written === "string" && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?$/i.test(written))
    throw new Uncomputable("a text is no number");
  return to === "INT" ? integer(Math.trunc(Number(written))) : double(Number(written));
}

function toBoolean(value: Value): boolean {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  const word = typeof value === "string" ? value.trim().toLowerCase() : "";
  if (word === "true" || word === "false") return word === "true";
  throw new Uncomputable("a value is neither true nor false");
}

/** What stands at a place in a variant. @throws Uncomputable when nothing does. */
export function fieldOf(value: Value, step: string | number): Value {
  if (typeof step === "number") {
    const item = Array.isArray(value) ? (value as readonly Json[])[step] : undefined;
    if (item === undefined) throw new Uncomputable("an item is not there");
    return item;
  }
  const field = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  if (field === undefined) throw new Uncomputable("a field is not there");
  return field;
}

/** Whether a text is like a pattern of `%` and `_`, in time that grows with both, whatever they are. */
export function isLike(value: string, pattern: readonly LikeStep[]): boolean {
  const given = Array.from(value);
  let [at, step, star, mark] = [0, 0, -1, 0];
  while (at < given.length) {
    const wanted = pattern[step];
    if (wanted === "any") {
      star = step++;
      mark = at;
    } else if (wanted !== undefined && (wanted === "one" || wanted.is === given[at])) {
      at++;
      step++;
    } else if (star >= 0) {
      step = star + 1;
      at = ++mark;
    } else return false;
  }
  while (pattern[step] === "any") step++;
  return step === pattern.length;
}

export type LikeStep = "any" | "one" | { readonly is: string };

/** A pattern's steps. @throws Uncomputable when it ends in an escape. */
export function likeSteps(pattern: string, escaping: string): readonly LikeStep[] {
  const steps: LikeStep[] = [];
  const characters = Array.from(pattern);
  for (let i = 0; i < characters.length; i++) {
    const one = characters[i]!;
    if (one === escaping) {
      const escaped = characters[++i];
      if (escaped === undefined) throw new Uncomputable("a pattern ends in an escape");
      steps.push({ is: escaped });
    } else steps.push(one === "%" ? "any" : one === "_" ? "one" : { is: one });
  }
  return steps;
}
