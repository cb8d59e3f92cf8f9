import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import { Fault } from "#wire/errors.ts";
import type { TraceHeaders } from "#wire/trace-context.ts";
import { EMBEDDED_MODEL, embeddedModel } from "./embedded/mod.ts";
import { createProviders, type ModelTask, type Providers, readExternal } from "./external.ts";
import type { LocalModel } from "./local/mod.ts";
import type { AnswerModel, EmbeddingModel } from "./model.ts";
import { OFFLINE_MODEL, offlineModel } from "./offline/mod.ts";
import type { ProviderEgress } from "./providers/egress.ts";
import { openaiChat } from "./providers/openai/model.ts";
import { traced } from "./providers/traced.ts";

/** A server with OpenAI's protocol that the operator named. */
export interface OpenAiServer {
  /** With its version part: `https://api.openai.com/v1`. */
  readonly base_url: string;
  readonly api_key?: string;
  /** The name that server knows the model by. */
  readonly model: string;
}

export interface ModelsOptions {
  readonly ids: IdSource;
  readonly egress: ProviderEgress;
  readonly clock: Clock;
  /** Set when OPENAI_BASE_URL or OPENAI_API_KEY is: its model then is one of this server's. */
  readonly openai?: OpenAiServer | undefined;
  /** The model of LAKEWARD_MODEL. Whoever gives it leaves it to this to close. */
  readonly local?: LocalModel | undefined;
}

export interface Models {
  /** The model to serve by default: the other server's when one is configured, else the local one, else the offline one. */
  readonly preferred: string;
  /** The name of the model of LAKEWARD_MODEL. */
  readonly local?: string;
  has(name: string): boolean;
  /** What a model of this server is for. @throws Fault RESOURCE_DOES_NOT_EXIST for a name that none has. */
  taskOf(name: string): ModelTask;
  /** `trace` goes with what another server is sent. @throws Fault RESOURCE_DOES_NOT_EXIST when no chat model has the name. */
  chat(name: string, trace?: TraceHeaders): AnswerModel;
  /** @throws Fault RESOURCE_DOES_NOT_EXIST when no embedding model has the name. */
  embedding(name: string): EmbeddingModel;
  readonly providers: Providers;
  readonly readExternal: typeof readExternal;
  /** Ends what the models of this server run on. */
  close(): Promise<void>;
}

export function createModels({ ids, egress, clock, openai, local }: ModelsOptions): Models {
  const offline = offlineModel({ ids });
  const chats = new Map<string, (trace?: TraceHeaders) => AnswerModel>([[OFFLINE_MODEL, () => offline]]);
  if (local) chats.set(local.name, () => local);
  if (openai) chats.set(openai.model, (trace) => served(traced(egress, trace), openai));
  const embedded = embeddedModel();
  const embeddings = new Map<string, EmbeddingModel>([[EMBEDDED_MODEL, embedded]]);
  const named = <T>(models: ReadonlyMap<string, T>, name: string): T => {
    const found = models.get(name);
    if (found) return found;
    throw new Fault(
      "RESOURCE_DOES_NOT_EXIST",
      `Model '${name}' is not configured here. Configured: ${[...models.keys()].join(", ")}. Serve a provider's model by an endpoint with 'external_model'.`,
    );
  };
  return {
    preferred: openai?.model ?? local?.name ?? OFFLINE_MODEL,
    ...(local && { local: local.name }),
    has: (name) => chats.has(name) || embeddings.has(name),
    taskOf: (name) => {
      if (embeddings.has(name)) return "llm/v1/embeddings";
      named(chats, name);
      return "llm/v1/chat";
    },
    chat: (name, trace) => named(chats, name)(trace),
    embedding: (name) => named(embeddings, name),
    providers: createProviders({ egress, clock }),
    readExternal,
    close: async () => {
      await Promise.all([embedded.close(), local?.close()]);
    },
  };
}

function served(egress: ProviderEgress, { base_url, api_key, model }: OpenAiServer): AnswerModel {
  const url = `${base_url.replace(/\/+$/, "")}/chat/completions`;
  return openaiChat(egress, {
    url,
    headers: api_key === undefined ? {} : { authorization: `Bearer ${api_key}` },
    model,
  });
}
