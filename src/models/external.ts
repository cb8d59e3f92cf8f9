import type { Json, JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import type { AnswerModel, EmbeddingModel } from "./model.ts";
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

/** A provider by the table of its fields and what makes its address of them. */
interface ProviderRow {
  readonly fields: ProviderFields;
  readonly target: (
    settings: JsonObject,
    credentials: Readonly<Record<string, string>>,
    model: string,
    call: OpenAiCall,
  ) => OpenAiTarget;
}

/** Providers whose models are asked in OpenAI's protocol. */
const providers: Readonly<Record<string, ProviderRow>> = {
  openai: { fields: openaiFields, target: openaiTarget },
  "databricks-model-serving": { fields: databricksFields, target: databricksTarget },
  custom: { fields: customFields, target: customTarget },
};

/** Source: databricks-sdk-py `service/serving.py`, ExternalModelProvider. */
const others = ["ai21labs", "amazon-bedrock", "anthropic", "cohere", "google-cloud-vertex-ai", "palm"];

/** The tasks that there are, each by the call that does it. */
const calls = { "llm/v1/chat": "chat/completions", "llm/v1/embeddings": "embeddings" } as const satisfies Partial<
  Record<ModelTask, OpenAiCall>
>;

const isTask = (task: unknown): task is keyof typeof calls => typeof task === "string" && Object.hasOwn(calls, task);

/**
 * Reads an external model's wire form. Whether it can be asked at all is found now, not at its first question.
 * Source: databricks-sdk-py `service/serving.py`, ExternalModel.
 * @throws Fault INVALID_PARAMETER_VALUE naming the field; NOT_IMPLEMENTED for a provider or task that is not there.
 */
export function readExternal(
  body: JsonObject,
  at: string,
): ExternalModel & { readonly credentials: Readonly<Record<string, GivenCredential>> } {
  const { provider, name, task, ...rest } = body;
  const row = typeof provider === "string" && Object.hasOwn(providers, provider) ? providers[provider] : undefined;
  if (others.some((one) => one === provider))
    throw new Fault("NOT_IMPLEMENTED", `'${at}.provider': ${provider} is not available on this server.`);
  if (!row) return refuse(`'${at}.provider' must be one of: ${Object.keys(providers).join(", ")}.`);
  if (typeof name !== "string" || name === "" || name.includes("\0") || !name.isWellFormed())
    return refuse(`'${at}.name' must be the model's name at its provider.`);
  if (task === "llm/v1/completions")
    throw new Fault("NOT_IMPLEMENTED", `'${at}.task': ${task} is not available on this server.`);
  if (!isTask(task)) return refuse(`'${at}.task' must be one of: ${Object.keys(calls).join(", ")}.`);
  const { [row.fields.object]: own, ...strange } = rest;
  const unknown = Object.keys(strange)[0];
  if (unknown !== undefined)
    refuse(
      `'${at}.${unknown.slice(0, 100)}' is not known for the provider '${provider}', which has '${row.fields.object}'.`,
    );
  const { settings, credentials } = readSettings(own as Json | undefined, `${at}.${row.fields.object}`, row.fields);
  // A credential's place is held by a word of no meaning: it is the rest that is looked at.
  row.target(settings, Object.fromEntries(Object.keys(credentials).map((path) => [path, "-"])), name, calls[task]);
  return { provider: String(provider), model: name, task, settings, credentials };
}

/** The models of providers outside, with credentials that somebody else keeps. */
export interface Providers {
  chat(external: ExternalModel, credentials: Readonly<Record<string, string>>): AnswerModel;
  embedding(external: ExternalModel, credentials: Readonly<Record<string, string>>): EmbeddingModel;
}

export function createProviders(egress: ProviderEgress): Providers {
  const rowOf = (provider: string): ProviderRow => {
    const row = providers[provider];
    if (!row) throw new Fault("INVALID_STATE", `The provider '${provider}' is not available on this server.`);
    return row;
  };
  return {
    chat: ({ provider, settings, model }, credentials) =>
      openaiChat(egress, rowOf(provider).target(settings, credentials, model, "chat/completions")),
    embedding: ({ provider, settings, model }, credentials) =>
      openaiEmbeddings(egress, rowOf(provider).target(settings, credentials, model, "embeddings")),
  };
}
