import { Fault } from "#wire/errors.ts";
import type { ModelRoutine } from "../ast/expression.ts";
import { isNumeric, typeOfText } from "../types/mod.ts";

/** The longest piece of an answer that an error repeats. It went to the asker alone, who may read it whole by asking for STRING. */
const SHOWN_CHARACTERS_MAX = 80;

/** Reads a model's text as a value of the call's type, as text for the engine: JSON where the type has parts. */
export function answerReader({ answer }: ModelRoutine): (text: string) => string {
  const type = typeOfText(answer);
  if (type.kind === "simple" && type.name === "STRING") return (text) => text;
  const isScalar = type.kind === "simple" || type.kind === "decimal";
  return (text) => {
    const plain = text.trim();
    if (isScalar && isNumeric(type) && !/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(plain)) throw unfit(plain, answer);
    if (!isScalar) refuseUnlessJson(plain, answer);
    return plain;
  };
}

function refuseUnlessJson(text: string, answer: string): void {
  try {
    JSON.parse(text);
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
