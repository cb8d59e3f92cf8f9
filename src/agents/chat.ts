import { assertPermit, type Permit } from "#kernel/mod.ts";
import type { ChatModel, Models } from "#models/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { ChatCompletion, ChatCompletionChunk, ChatCompletionRequest } from "#wire/serving/chat.ts";
import { primed } from "./primed.ts";
import type { Registry } from "./registry.ts";

/** Asking a chat model behind an endpoint. `served` is the model's own name, for the served-model-name header. */
export interface Chats {
  complete(
    permit: Permit<"endpoint.query">,
    request: ChatCompletionRequest,
    signal: AbortSignal,
  ): Promise<{ readonly served: string; readonly completion: ChatCompletion }>;
  stream(
    permit: Permit<"endpoint.query">,
    request: ChatCompletionRequest,
    signal: AbortSignal,
  ): Promise<{ readonly served: string; readonly chunks: AsyncIterable<ChatCompletionChunk> }>;
}

export function createChats(registry: Registry, models: Models): Chats {
  const modelFor = async (
    permit: Permit<"endpoint.query">,
    request: ChatCompletionRequest,
  ): Promise<{ readonly served: string; readonly model: ChatModel }> => {
    assertPermit(permit, "endpoint.query");
    const found = await registry.get(permit);
    if (found.kind === "agent") {
      throw new Fault(
        "BAD_REQUEST",
        `Serving endpoint '${found.name}' serves an agent. Send 'input' to /serving-endpoints/${found.name}/invocations or to /serving-endpoints/responses.`,
      );
    }
    if (request.databricks_options !== undefined) {
      throw new Fault(
        "BAD_REQUEST",
        `databricks_options is not supported by the foundation-model endpoint '${found.name}'. Leave it out; agents take it.`,
      );
    }
    const { source } = found.entities[0]!;
    return { served: source.model, model: models.model(source.model) };
  };
  return {
    complete: async (permit, request, signal) => {
      const { served, model } = await modelFor(permit, request);
      return { served, completion: await model.complete(request, signal) };
    },
    stream: async (permit, request, signal) => {
      const { served, model } = await modelFor(permit, request);
      return { served, chunks: await primed(model.stream(request, signal)) };
    },
  };
}
