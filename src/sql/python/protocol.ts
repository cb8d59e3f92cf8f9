import type { EngineValue } from "../engines/engine.ts";
import type { PythonType } from "./types.ts";

/** A function, as `caller.py` makes it. */
export interface Definition {
  readonly id: number;
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type: PythonType }[];
  readonly returns: PythonType;
  readonly body: string;
}

/** From the server to an interpreter's process, one JSON object a line; each is answered before the next. */
export type ToInterpreter =
  | { readonly kind: "define"; readonly made: Definition }
  | {
      readonly kind: "call";
      readonly asked: { readonly id: number; readonly rows: readonly (readonly EngineValue[])[] };
    };

/** What a function's own code did wrong. All of it is the code's own words. */
export interface Failure {
  readonly kind: "raised" | "wrong_type";
  /** The exception's. */
  readonly type: string;
  readonly words: string;
  /** Of the body, from 1. */
  readonly line: number | null;
}

/** From an interpreter's process, one JSON object a line. Whoever broke out of the interpreter may have written it: nothing is believed. */
export type Answer =
  | { readonly kind: "ready" }
  | { readonly kind: "defined" }
  | { readonly kind: "results"; readonly results: readonly EngineValue[] }
  | { readonly kind: "failed"; readonly failure: Failure };

/** Reads a line; undefined for one that is no answer. What is given on holds strings and numbers alone, whatever else stood in the line. */
export function readAnswer(line: string): Answer | undefined {
  let found: unknown;
  try {
    found = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof found !== "object" || found === null) return undefined;
  const own = (name: string): unknown =>
    Object.hasOwn(found, name) ? (found as Record<string, unknown>)[name] : undefined;
  if (own("ready") === true) return { kind: "ready" };
  if (own("defined") === true) return { kind: "defined" };
  const results = own("results");
  if (Array.isArray(results) && results.every((one): one is EngineValue => one === null || typeof one === "string"))
    return { kind: "results", results };
  const failure = own("failure");
  return typeof failure === "object" && failure !== null ? readFailure(failure) : undefined;
}

function readFailure(found: object): Answer | undefined {
  const { kind, type, words, line } = found as Readonly<Record<string, unknown>>;
  if ((kind !== "raised" && kind !== "wrong_type") || typeof type !== "string" || typeof words !== "string")
    return undefined;
  const place = typeof line === "number" && Number.isSafeInteger(line) ? line : null;
  return { kind: "failed", failure: { kind, type, words, line: place } };
}
