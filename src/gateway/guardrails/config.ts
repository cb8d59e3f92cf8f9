import type { Json, JsonObject } from "#base/json.ts";
import type { CustomGuardrail, GuardrailParameters, Guardrails } from "#wire/serving/ai-gateway.ts";
import { flagAt, listAt, objectAt, refuse, textAt } from "../configuration/fields.ts";
import { comparedOf } from "./keywords.ts";

/** Each keyword is looked for in every text, and each topic is put before the model that judges. */
const KEYWORDS_MAX = 500;
const TOPICS_MAX = 50;
/** A name, a phrase, a sentence; what is longer is held back longer. */
const KEYWORD_CHARACTERS_MAX = 200;

const behaviors = ["NONE", "BLOCK", "MASK"] as const;
const parameters = ["safety", "pii", "invalid_keywords", "valid_topics", "custom"];
/** Each of them is waited for, one after the other. */
const CUSTOM_MAX = 5;

/** What the server can do. */
export interface GuardAbilities {
  /** A model is configured that can say what a text is about. */
  readonly judgesTopics?: boolean;
}

/**
 * The `guardrails` of an `ai_gateway`. Source: databricks-sdk-py `service/serving.py`, AiGatewayGuardrails.
 * @throws Fault INVALID_PARAMETER_VALUE naming the field, never a keyword.
 */
export function readGuardrails(value: Json, { judgesTopics = false }: GuardAbilities = {}): Guardrails {
  const { input, output } = objectAt(value, "guardrails", ["input", "output"]);
  return {
    ...(input !== undefined && { input: readInput(objectAt(input, "guardrails.input", parameters), judgesTopics) }),
    ...(output !== undefined && { output: readOutput(objectAt(output, "guardrails.output", parameters)) }),
  };
}

function readInput(fields: JsonObject, judgesTopics: boolean): GuardrailParameters {
  const path = "guardrails.input";
  if (fields.valid_topics === undefined) return readParameters(fields, path);
  const valid_topics = textsAt(fields.valid_topics, `${path}.valid_topics`, TOPICS_MAX);
  if (valid_topics.length > 0 && !judgesTopics)
    refuse(
      `'${path}.valid_topics' needs a model that judges what a request is about, and none is configured on this server: leave it out, or ask an administrator to configure one.`,
    );
  return { ...readParameters(fields, path), valid_topics };
}

function readOutput(fields: JsonObject): GuardrailParameters {
  const path = "guardrails.output";
  if (fields.valid_topics !== undefined)
    refuse(`'${path}.valid_topics' is not known here: topics are judged by the request, in 'guardrails.input'.`);
  return readParameters(fields, path);
}

function readParameters({ safety, pii, invalid_keywords, custom }: JsonObject, path: string): GuardrailParameters {
  return {
    ...(safety !== undefined && { safety: flagAt(safety, `${path}.safety`) }),
    ...(pii !== undefined && { pii: readPii(pii, `${path}.pii`) }),
    ...(invalid_keywords !== undefined && {
      invalid_keywords: readKeywords(invalid_keywords, `${path}.invalid_keywords`),
    }),
    ...(custom !== undefined && { custom: readCustom(custom, `${path}.custom`) }),
  };
}

function readCustom(value: Json, path: string): readonly CustomGuardrail[] {
  const given = listAt(value, path);
  if (given.length > CUSTOM_MAX) refuse(`'${path}' names ${given.length} endpoints; at most ${CUSTOM_MAX} are asked.`);
  return given.map((one, index) => {
    const { endpoint_name, on_failure } = objectAt(one, `${path}[${index}]`, ["endpoint_name", "on_failure"]);
    if (on_failure !== undefined && on_failure !== "BLOCK" && on_failure !== "PROCEED")
      refuse(`'${path}[${index}].on_failure' must be BLOCK or PROCEED.`);
    const name = textAt(endpoint_name, `${path}[${index}].endpoint_name`);
    return { endpoint_name: name, ...(on_failure !== undefined && { on_failure }) };
  });
}

function readPii(value: Json, path: string): NonNullable<GuardrailParameters["pii"]> {
  const { behavior } = objectAt(value, path, ["behavior"]);
  const known = behaviors.find((one) => one === behavior);
  return known ? { behavior: known } : refuse(`'${path}.behavior' must be one of ${behaviors.join(", ")}.`);
}

function readKeywords(value: Json, path: string): readonly string[] {
  const keywords = textsAt(value, path, KEYWORDS_MAX);
  for (const [index, keyword] of keywords.entries())
    if (comparedOf(keyword) === "") refuse(`'${path}[${index}]' holds nothing that could be looked for.`);
  return keywords;
}

function textsAt(value: Json, path: string, count_max: number): readonly string[] {
  const list = listAt(value, path);
  if (list.length > count_max) refuse(`'${path}' holds ${list.length} texts; at most ${count_max} are looked for.`);
  return list.map((one, index) => {
    const text = textAt(one, `${path}[${index}]`);
    if (text.length > KEYWORD_CHARACTERS_MAX)
      refuse(`'${path}[${index}]' is longer than ${KEYWORD_CHARACTERS_MAX} characters.`);
    return text;
  });
}

/** Whether they look at anything at all. */
export function isGuarded(guard: GuardrailParameters | undefined): guard is GuardrailParameters {
  return guard !== undefined && Object.values(rulesOf(guard)).some(Boolean);
}

/** Whether one of them is another endpoint's word. */
export const asksEndpoints = (guardrails: Guardrails | undefined): boolean =>
  Object.values(guardrails ?? {}).some((one: GuardrailParameters) => {
    const { safety, topics, custom } = rulesOf(one);
    return safety || topics !== undefined || custom !== undefined;
  });

/** What a guardrail looks for, each `undefined` or false when it does not. */
export function rulesOf({ safety, pii, invalid_keywords, valid_topics, custom }: GuardrailParameters) {
  return {
    safety: safety === true,
    pii: pii?.behavior === "MASK" || pii?.behavior === "BLOCK" ? pii.behavior : undefined,
    keywords: invalid_keywords && invalid_keywords.length > 0 ? invalid_keywords : undefined,
    topics: valid_topics && valid_topics.length > 0 ? valid_topics : undefined,
    custom: custom && custom.length > 0 ? custom : undefined,
  };
}
