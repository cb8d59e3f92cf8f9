import { Fault } from "#wire/errors.ts";
import type { ModelRoutine } from "../ast/expression.ts";
import { type DataType, isNumeric, typeOfText } from "../types/mod.ts";

/** The longest piece of an answer that an error repeats. It went to the asker alone, who may read it whole by asking for STRING. */
const SHOWN_CHARACTERS_MAX = 80;

/** Reads a model's text as a value of the call's type, as text for the engine: JSON where the type has parts. */
export function answerReader({ answer, labels }: ModelRoutine): (text: string) => string | null {
  const type = typeOfText(answer);
  if (labels) return (text) => labels.find((one) => one.toLowerCase() === bare(text)) ?? null;
  if (type.kind === "simple" && type.name === "STRING") return (text) => text;
  const isScalar = type.kind === "simple" || type.kind === "decimal";
  return (text) => {
    const plain = unfenced(text);
    if (isScalar && isNumeric(type) && !/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(plain)) throw unfit(plain, answer);
    return isScalar ? plain : JSON.stringify(shaped(jsonIn(plain, answer), type));
  };
}

/** A word as models say it: with quotes, or a full stop. */
const bare = (text: string): string =>
  text
    .trim()
    .replace(/^["'`*]+|["'`*.]+$/g, "")
    .toLowerCase();

/** JSON as models say it: in a fence of Markdown. */
const unfenced = (text: string): string =>
  /^```(?:json)?\s*\n([\s\S]*?)\n```$/.exec(text.trim())?.[1]?.trim() ?? text.trim();

/** JSON as a type with parts has it: the fields that it declares, NULL where the model says none, and nothing else. */
function shaped(value: unknown, type: DataType): unknown {
  if (type.kind === "array" && Array.isArray(value)) return value.map((one: unknown) => shaped(one, type.element));
  if (type.kind !== "struct" || typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const given = new Map(Object.entries(value).map(([name, one]) => [name.toLowerCase(), one as unknown]));
  return Object.fromEntries(
    type.fields.map(({ name, type: own }) => [name, shaped(given.get(name.toLowerCase()) ?? null, own)]),
  );
}

function jsonIn(text: string, answer: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unfit(text, answer);
  }
}

function unfit(text: string, answer: string): Fault {
  const shown = text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}…` : text;
  return new Fault(
    "BAD_REQUEST",
    `The model's answer is no ${answer}: ${shown}. Ask for another form of answer, or take STRING and read it yourself.`,
    { reason: "AI_FUNCTION_INVALID_RESPONSE", sqlstate: "22032" },
  );
}
