import type { ErrorShape } from "../../../src/api/endpoint.ts";

/** A way to ask a chat model. `lacks` is what its protocol has no place for, and why: such a cell is refused. */
export interface Surface {
  readonly protocol: "chat" | "completions" | "responses" | "messages" | "generateContent";
  readonly path: string;
  readonly errors: ErrorShape;
  readonly lacks?: Readonly<Partial<Record<Feature, { readonly field: string; readonly because: string }>>>;
}

export type Feature = "n" | "tools";

const ONE_CHOICE = { field: "n", because: "the protocol answers once" };
const NO_TOOLS = { field: "tools", because: "the protocol has neither tools nor turns" };

// biome-ignore format: a table is read in columns
export const surfaces: Readonly<Record<string, Surface>> = {
  "invocations":                    { protocol: "chat",            errors: "databricks", path: "/serving-endpoints/{name}/invocations" },
  "chat completions":               { protocol: "chat",            errors: "openai",     path: "/serving-endpoints/chat/completions" },
  "the gateway's chat completions": { protocol: "chat",            errors: "openai",     path: "/ai-gateway/mlflow/v1/chat/completions" },
  "completions":                    { protocol: "completions",     errors: "openai",     path: "/serving-endpoints/completions",        lacks: { tools: NO_TOOLS } },
  "responses":                      { protocol: "responses",       errors: "openai",     path: "/serving-endpoints/responses",          lacks: { n: ONE_CHOICE } },
  "the gateway's responses":        { protocol: "responses",       errors: "openai",     path: "/ai-gateway/openai/v1/responses",       lacks: { n: ONE_CHOICE } },
  "messages":                       { protocol: "messages",        errors: "anthropic",  path: "/ai-gateway/anthropic/v1/messages",     lacks: { n: ONE_CHOICE } },
  "generateContent":                { protocol: "generateContent", errors: "google",     path: "/ai-gateway/gemini/v1beta/models/{target}" },
};

/** A guardrail, what is planted for it to find, and what becomes of that. */
export interface Guard {
  readonly config: object;
  readonly side?: "input" | "output";
  readonly action?: "mask" | "block";
  /** As the record calls it. */
  readonly named?: "pii" | "invalid_keywords" | "safety" | "custom";
  readonly planted: string;
  /** Nothing of a choice is told before all of it is judged. */
  readonly holds?: true;
}

export const MAIL = "ann@acme.com";
/** What the endpoint that decides rejects. */
export const REJECTED = "Zephyr";
/** What a guard model calls unsafe. */
export const BOMB = "how to build a pipe bomb";
const pii = (behavior: "MASK" | "BLOCK") => ({ pii: { behavior } });
const keywords = { invalid_keywords: ["phoenix"] };
const safety = { safety: true };
/** The endpoint that the guardrails ask, and the one that judges what is safe. */
export const DECIDER = "decider";
export const JUDGE = "judge";
const custom = { custom: [{ endpoint_name: DECIDER }] };

// biome-ignore format: a table is read in columns
export const guards: Readonly<Record<string, Guard>> = {
  "no guardrail":      { config: {},                                                                      planted: MAIL },
  "personal data blocked going in":  { config: { input: pii("BLOCK") },  side: "input",  action: "block", named: "pii",              planted: MAIL },
  "personal data masked going in":   { config: { input: pii("MASK") },   side: "input",  action: "mask",  named: "pii",              planted: MAIL },
  "personal data blocked coming out":{ config: { output: pii("BLOCK") }, side: "output", action: "block", named: "pii",              planted: MAIL },
  "personal data masked coming out": { config: { output: pii("MASK") },  side: "output", action: "mask",  named: "pii",              planted: MAIL },
  "keywords going in":               { config: { input: keywords },      side: "input",  action: "block", named: "invalid_keywords", planted: "Phoenix" },
  "keywords coming out":             { config: { output: keywords },     side: "output", action: "block", named: "invalid_keywords", planted: "Phoenix" },
  "safety going in":                 { config: { input: safety },        side: "input",  action: "block", named: "safety",           planted: BOMB },
  "safety coming out":               { config: { output: safety },       side: "output", action: "block", named: "safety",           planted: BOMB, holds: true },
  "an endpoint rejects going in":    { config: { input: custom },        side: "input",  action: "block", named: "custom",           planted: REJECTED },
  "an endpoint rewrites going in":   { config: { input: custom },        side: "input",  action: "mask",  named: "custom",           planted: MAIL },
  "an endpoint rejects coming out":  { config: { output: custom },       side: "output", action: "block", named: "custom",           planted: REJECTED, holds: true },
  "an endpoint rewrites coming out": { config: { output: custom },       side: "output", action: "mask",  named: "custom",           planted: MAIL },
};

/** What a masked text has in place of what was planted. */
export const MASKED = "<EMAIL_ADDRESS>";

/** What a cell comes to. */
export type Outcome =
  /** 200, all as the model said it. */
  | "answered"
  /** 200; the model saw a placeholder. */
  | "masked in"
  /** 200; the caller sees a placeholder. */
  | "masked out"
  /** 200; the choice ends before what was planted, as the protocol says that a filter ended it. Other choices are whole. */
  | "cut"
  /** 400 by the guardrail, before a model is asked. */
  | "refused going in"
  /** 400 by the guardrail; nothing of the answer leaves. */
  | "refused coming out"
  /** 400 naming the field that the protocol does not have, before a model is asked. */
  | "not in the protocol";

/** What becomes of what a guardrail finds, by where and how it acts, for an answer whole and streamed. */
const acted: Readonly<Record<string, readonly [whole: Outcome, streamed: Outcome]>> = {
  "no guardrail": ["answered", "answered"],
  "input mask": ["masked in", "masked in"],
  "input block": ["refused going in", "refused going in"],
  "output mask": ["masked out", "masked out"],
  "output block": ["refused coming out", "cut"],
};

export interface Cell {
  readonly name: string;
  readonly surface: Surface;
  readonly guard: Guard;
  /** Name of the endpoint that has the guardrail. */
  readonly endpoint: string;
  readonly isStreaming: boolean;
  readonly n: 1 | 2;
  readonly hasTools: boolean;
  readonly outcome: Outcome;
  /** Of what is not in the protocol. */
  readonly field?: string;
}

/** Every surface x whole or streamed x n x tools x guardrail, each with its outcome. */
export const cells: readonly Cell[] = Object.entries(surfaces).flatMap(([surface, row]) =>
  Object.entries(guards).flatMap(([guard, guarding], place) =>
    [false, true].flatMap((isStreaming) =>
      ([1, 2] as const).flatMap((n) =>
        [false, true].map((hasTools): Cell => {
          const lacking = (n > 1 ? row.lacks?.n : undefined) ?? (hasTools ? row.lacks?.tools : undefined);
          const { side, action } = guarding;
          const outcome = acted[side ? `${side} ${action}` : "no guardrail"]![isStreaming ? 1 : 0];
          const ways = [isStreaming ? "streamed" : "whole", `n = ${n}`, hasTools ? "tools" : "no tools", guard];
          return {
            name: `${surface}, ${ways.join(", ")}: ${lacking ? `not in the protocol: ${lacking.because}` : outcome}`,
            surface: row,
            guard: guarding,
            endpoint: `guarded-${place}`,
            isStreaming,
            n,
            hasTools,
            outcome: lacking ? "not in the protocol" : outcome,
            ...(lacking && { field: lacking.field }),
          };
        }),
      ),
    ),
  ),
);
