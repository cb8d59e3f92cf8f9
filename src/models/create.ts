import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import { Fault } from "#wire/errors.ts";
import { OFFLINE_MODEL, offlineModel } from "./offline/mod.ts";
import { type ModelEgress, type OpenAiServer, openaiModel } from "./openai/mod.ts";
import type { ChatModel } from "./port.ts";

export interface ModelsOptions {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly egress: ModelEgress;
  /** Set when OPENAI_BASE_URL or OPENAI_API_KEY is: the model `openai` then is that server's. */
  readonly openai?: OpenAiServer;
}

export interface Models {
  /** The model to serve by default: the other server's when one is configured, else the offline one. */
  readonly preferred: string;
  /** A model by its name here. @throws Fault RESOURCE_DOES_NOT_EXIST for a name that none has. */
  model(name: string): ChatModel;
}

export function createModels(options: ModelsOptions): Models {
  const models = new Map<string, ChatModel>([[OFFLINE_MODEL, offlineModel(options)]]);
  if (options.openai) models.set(options.openai.model, openaiModel(options.openai, options.egress));
  return {
    preferred: options.openai?.model ?? OFFLINE_MODEL,
    model: (name) => {
      const found = models.get(name);
      if (!found) {
        throw new Fault(
          "RESOURCE_DOES_NOT_EXIST",
          `Model '${name}' is not configured here. Configured: ${[...models.keys()].join(", ")}.`,
        );
      }
      return found;
    },
  };
}
