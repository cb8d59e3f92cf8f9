import { endpoint as securable } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { ChatCompletionRequest } from "#wire/serving/chat.ts";
import { endpoint } from "../endpoint.ts";
import { answerByAgent, answerByModel } from "./answer.ts";
import { AnyObject, ChatInput, InvocationInput, ResponsesInput } from "./schemas.ts";

/** Source: Databricks docs "Query a serving endpoint"; by what the body holds, an agent or a chat model is asked. */
export const invoke = endpoint({
  method: "POST",
  path: "/serving-endpoints/{name}/invocations",
  scope: "model-serving",
  input: InvocationInput,
  output: AnyObject,
  what: ({ name }) => securable(name),
  action: "endpoint.query",
  run: async (services, permit, { name, input, messages, ...rest }, call) => {
    if (input !== undefined) return await answerByAgent(services, permit, { ...rest, input }, call);
    if (messages === undefined || messages.length === 0) {
      throw new Fault("BAD_REQUEST", "The body needs 'input' (for an agent) or 'messages' (for a chat model).");
    }
    const request = { ...rest, messages, model: name } as ChatCompletionRequest;
    return await answerByModel(services, permit, request, call);
  },
});

/** OpenAI's responses.create with the workspace as its base URL; `model` is the endpoint's name. */
export const createResponse = endpoint({
  method: "POST",
  path: "/serving-endpoints/responses",
  errors: "openai",
  scope: "model-serving",
  input: ResponsesInput,
  output: AnyObject,
  what: ({ model }) => securable(model),
  action: "endpoint.query",
  run: async (services, permit, { model: _, ...body }, call) => await answerByAgent(services, permit, body, call),
});

/** OpenAI's chat.completions.create; `model` is the endpoint's name. */
export const createChatCompletion = endpoint({
  method: "POST",
  path: "/serving-endpoints/chat/completions",
  errors: "openai",
  scope: "model-serving",
  input: ChatInput,
  output: AnyObject,
  what: ({ model }) => securable(model),
  action: "endpoint.query",
  run: async (services, permit, input, call) =>
    await answerByModel(services, permit, input as ChatCompletionRequest, call),
});
