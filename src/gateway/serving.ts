import type { ModelTask } from "#agents/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { AskedEndpoint, AskedModels } from "./asked.ts";

/** How an endpoint that serves something else is asked. */
const askedBy: Readonly<Record<ModelTask | "agent", (name: string) => string>> = {
  agent: (name) =>
    `serves an agent. Send 'input' to /serving-endpoints/${name}/invocations or to /serving-endpoints/responses.`,
  "llm/v1/chat": (name) =>
    `serves a chat model. Send 'messages' to /serving-endpoints/${name}/invocations or to /serving-endpoints/chat/completions.`,
  "llm/v1/completions": (name) => `serves a completion model. Send 'prompt' to /serving-endpoints/${name}/invocations.`,
  "llm/v1/embeddings": (name) =>
    `serves an embedding model. Send 'input' to /serving-endpoints/${name}/invocations or to /serving-endpoints/embeddings.`,
};

/** The endpoint, whose models are for the task. @throws Fault BAD_REQUEST when they are not, which says how it is asked. */
export function servingOf(endpoint: AskedEndpoint, task: ModelTask): AskedModels {
  if (endpoint.kind !== "agent" && endpoint.task === task) return endpoint;
  const served = endpoint.kind === "agent" ? "agent" : endpoint.task;
  throw new Fault("BAD_REQUEST", `Serving endpoint '${endpoint.name}' ${askedBy[served](endpoint.name)}`);
}
