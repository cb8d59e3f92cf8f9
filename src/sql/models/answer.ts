import { Fault } from "#wire/errors.ts";
import type { ModelRoutine } from "../ast/expression.ts";
import { type DataType, typeOfText } from "../types/mod.ts";
import { fitted, Misfit } from "./fitting.ts";

/** The longest piece of an answer that an error repeats. It went to the asker alone, who may read it whole by asking for STRING. */
const SHOWN_CHARACTERS_MAX = 80;

/** What a model said as a value of the call's type: a text for what has no parts, else JSON that the engine reads without an error. */
export type Answer = string | readonly unknown[] | { readonly [name: string]: unknown } | null;

/** Reads a model's text as a value of the call's type. @throws Fault BAD_REQUEST for one that does not fit it. */
export function answerReader({ answer, labels }: ModelRoutine): (text: string) => Answer {
  const type = typeOfText(answer);
  if (labels) return (text) => labels.find((one) => one.toLowerCase() === bare(text)) ?? null;
  if (type.kind === "simple" && type.name === "STRING") return (text) => text;
  const isScalar = type.kind !== "array" && type.kind !== "struct" && type.kind !== "map";
  return (text) => {
    const plain = unfenced(text);
    return fit(isScalar ? plain : jsonIn(plain, answer), type, plain, answer);
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

function fit(value: unknown, type: DataType, text: string, answer: string): Answer {
  try {
    return fitted(value, type) as Answer;
  } catch (thrown) {
    if (thrown instanceof Misfit) throw unfit(text, answer, thrown.at);
    throw thrown;
  }
}

function jsonIn(text: string, answer: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unfit(text, answer, "");
  }
}

function unfit(text: string, answer: string, at: string): Fault {
  const shown = text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}…` : text;
  const place = at === "" ? "" : ` at ${at.slice(0, SHOWN_CHARACTERS_MAX)}`;
  return new Fault(
    "BAD_REQUEST",
    `The model's answer is no ${answer}${place}: ${shown}. Ask for another form of answer, or take STRING and read it yourself.`,
    { reason: "AI_FUNCTION_INVALID_RESPONSE", sqlstate: "22032" },
  );
}
