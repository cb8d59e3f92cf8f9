import type { Clock } from "#base/clock.ts";
import type { Json, JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import type { TraceHeaders } from "#wire/trace-context.ts";
import type { AnswerModel, EmbeddingModel } from "./model.ts";
import { anthropicChat } from "./providers/anthropic/model.ts";
import { anthropicFields, anthropicHeaders } from "./providers/anthropic/settings.ts";
import { bedrockChat } from "./providers/bedrock/model.ts";
import { bedrockFields, bedrockTarget } from "./providers/bedrock/settings.ts";
import { cohereChat } from "./providers/cohere/model.ts";
import { cohereFields, cohereTarget } from "./providers/cohere/settings.ts";
import type { Credentials } from "./providers/credential.ts";
import type { ProviderEgress } from "./providers/egress.ts";
import { openaiEmbeddings } from "./providers/openai/embeddings.ts";
import { type OpenAiTarget, openaiChat } from "./providers/openai/model.ts";
import {
  customFields,
  customTarget,
  databricksFields,
  databricksTarget,
  type OpenAiCall,
  openaiFields,
  openaiTarget,
} from "./providers/openai/settings.ts";
import { traced } from "./providers/traced.ts";
import { vertexChat } from "./providers/vertex/model.ts";
import { vertexFields, vertexTarget } from "./providers/vertex/settings.ts";
import { createGoogleTokens, type GoogleTokens } from "./providers/vertex/tokens.ts";
import { type GivenCredential, type ProviderFields, readSettings, refuse } from "./settings.ts";

export type ModelTask = "llm/v1/chat" | "llm/v1/completions" | "llm/v1/embeddings";

/** A model of a provider, without its credentials' values. */
export interface ExternalModel {
  readonly provider: string;
  /** As the provider calls it. */
  readonly model: string;
  readonly task: ModelTask;
  /** The fields of its configuration as they stand in the wire's object, credentials left out. */
  readonly settings: JsonObject;
}

/** A model as it is configured, with the values of its credentials. */
interface Configured {
  readonly settings: JsonObject;
  readonly credentials: Credentials;
  readonly model: string;
}

/** What a provider is asked by. */
export interface ProviderPorts {
  readonly egress: ProviderEgress;
  readonly clock: Clock;
}

interface Reached extends ProviderPorts {
  readonly google: GoogleTokens;
}

/** A provider by the table of its fields and its protocol. */
interface ProviderRow {
  readonly fields: ProviderFields;
  /** @throws Fault INVALID_PARAMETER_VALUE for what could never be asked. Nothing is sent before its first question. */
  readonly chat: (reached: Reached, configured: Configured) => AnswerModel;
  /** Absent where its embedding models cannot be asked. @throws as `chat`. */
  readonly embeddings?: (reached: Reached, configured: Configured) => EmbeddingModel;
}

type ToTarget = (settings: JsonObject, credentials: Credentials, model: string, call: OpenAiCall) => OpenAiTarget;

const inOpenAi = (target: ToTarget): Pick<ProviderRow, "chat" | "embeddings"> => ({
  chat: ({ egress }, { settings, credentials, model }) =>
    openaiChat(egress, target(settings, credentials, model, "chat/completions")),
  embeddings: ({ egress }, { settings, credentials, model }) =>
    openaiEmbeddings(egress, target(settings, credentials, model, "embeddings")),
});

const providers: Readonly<Record<string, ProviderRow>> = {
  openai: { fields: openaiFields, ...inOpenAi(openaiTarget) },
  "databricks-model-serving": { fields: databricksFields, ...inOpenAi(databricksTarget) },
  custom: { fields: customFields, ...inOpenAi(customTarget) },
  anthropic: {
    fields: anthropicFields,
    chat: ({ egress }, { credentials, model }) =>
      anthropicChat(egress, { headers: anthropicHeaders(credentials), model }),
  },
  "amazon-bedrock": {
    fields: bedrockFields,
    chat: ({ egress, clock }, { settings, credentials, model }) =>
      bedrockChat(egress, clock, bedrockTarget(settings, credentials, model)),
  },
  "google-cloud-vertex-ai": {
    fields: vertexFields,
    chat: ({ egress, google }, { settings, credentials, model }) =>
      vertexChat(egress, google, vertexTarget(settings, credentials, model)),
  },
  cohere: {
    fields: cohereFields,
    chat: ({ egress }, { settings, credentials, model }) =>
      cohereChat(egress, cohereTarget(settings, credentials, model)),
  },
};

/** Source: databricks-sdk-py `service/serving.py`, ExternalModelProvider. */
const others = ["ai21labs", "palm"];

const tasks = ["llm/v1/chat", "llm/v1/embeddings"] as const satisfies readonly ModelTask[];

/**
 * Reads an external model's wire form. Whether it can be asked at all is found now, not at its first question.
 * Source: databricks-sdk-py `service/serving.py`, ExternalModel.
 * @throws Fault INVALID_PARAMETER_VALUE naming the field; NOT_IMPLEMENTED for a provider or task that is not there.
 */
export function readExternal(
  body: JsonObject,
  at: string,
): ExternalModel & { readonly credentials: Readonly<Record<string, GivenCredential>> } {
  const { provider, name, task: given, ...rest } = body;
  const row = typeof provider === "string" && Object.hasOwn(providers, provider) ? providers[provider] : undefined;
  if (others.some((one) => one === provider))
    throw new Fault("NOT_IMPLEMENTED", `'${at}.provider': ${provider} is not available on this server.`);
  if (!row) return refuse(`'${at}.provider' must be one of: ${Object.keys(providers).join(", ")}.`);
  if (typeof name !== "string" || name === "" || name.includes("\0") || !name.isWellFormed())
    return refuse(`'${at}.name' must be the model's name at its provider.`);
  if (given === "llm/v1/completions")
    throw new Fault("NOT_IMPLEMENTED", `'${at}.task': ${given} is not available on this server.`);
  const task = tasks.find((one) => one === given);
  if (!task) return refuse(`'${at}.task' must be one of: ${tasks.join(", ")}.`);
  const { [row.fields.object]: own, ...strange } = rest;
  const unknown = Object.keys(strange)[0];
  if (unknown !== undefined)
    refuse(
      `'${at}.${unknown.slice(0, 100)}' is not known for the provider '${provider}', which has '${row.fields.object}'.`,
    );
  const { settings, credentials } = readSettings(own as Json | undefined, `${at}.${row.fields.object}`, row.fields);
  // A credential's place is held by a word of no meaning: it is the rest that is looked at.
  const asked = reachedBy(unasked);
  const configured = { settings, credentials: placesOf(credentials), model: name };
  if (task === "llm/v1/chat") row.chat(asked, configured);
  else if (row.embeddings) row.embeddings(asked, configured);
  else throw new Fault("NOT_IMPLEMENTED", `'${at}.task': ${task} of ${provider} is not available on this server.`);
  return { provider: String(provider), model: name, task, settings, credentials };
}

/** Settings are looked at without a way out. */
const unasked: ProviderPorts = {
  egress: { open: () => Promise.reject(new Error("A model was asked while its settings were read.")) },
  clock: { now_ms: () => 0 },
};
const reachedBy = (ports: ProviderPorts): Reached => ({ ...ports, google: createGoogleTokens(ports) });
const placesOf = (credentials: Readonly<Record<string, GivenCredential>>): Credentials =>
  Object.fromEntries(Object.keys(credentials).map((path) => [path, "-"]));

/** The models of providers outside, with credentials that somebody else keeps. `trace` goes with what they are sent. */
export interface Providers {
  chat(external: ExternalModel, credentials: Readonly<Record<string, string>>, trace?: TraceHeaders): AnswerModel;
  embedding(
    external: ExternalModel,
    credentials: Readonly<Record<string, string>>,
    trace?: TraceHeaders,
  ): EmbeddingModel;
}

export function createProviders(ports: ProviderPorts): Providers {
  const untraced = reachedBy(ports);
  const reachedIn = (trace: TraceHeaders | undefined): Reached => ({
    ...untraced,
    egress: traced(untraced.egress, trace),
  });
  const missing = (provider: string, task: ModelTask): Fault =>
    new Fault("INVALID_STATE", `The provider '${provider}' is not available on this server for ${task}.`);
  return {
    chat: ({ provider, settings, model }, credentials, trace) => {
      const row = providers[provider];
      if (!row) throw missing(provider, "llm/v1/chat");
      return row.chat(reachedIn(trace), { settings, credentials, model });
    },
    embedding: ({ provider, settings, model }, credentials, trace) => {
      const embeddings = providers[provider]?.embeddings;
      if (!embeddings) throw missing(provider, "llm/v1/embeddings");
      return embeddings(reachedIn(trace), { settings, credentials, model });
    },
  };
}
