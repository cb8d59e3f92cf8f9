import type { Agents, ServedEndpoint } from "#agents/mod.ts";
import type { JsonObject } from "#base/json.ts";
import { assertPermit, type Permit } from "#kernel/mod.ts";
import type { SurfaceName } from "#models/mod.ts";
import { type AgentPorts, answerByAgent } from "./agent.ts";
import type { Answered } from "./answered.ts";
import { embedTexts } from "./embed.ts";
import { answerQuestion, type QueryPorts } from "./query.ts";

/** A body that came to an endpoint, whichever kind it is. */
export interface Asking {
  readonly body: JsonObject;
  /** The header `REQUEST_TAGS_HEADER`, where there is one. */
  readonly tags?: string | undefined;
  readonly signal: AbortSignal;
}

export interface Invoke {
  /** By what the endpoint serves: an agent, a chat model or an embedding model. Source: Databricks docs "Query a serving endpoint". */
  invocations(permit: Permit<"endpoint.query">, asking: Asking): Promise<Answered>;
  /** OpenAI's Responses: an agent's own protocol, and one of a chat model's. */
  responses(permit: Permit<"endpoint.query">, asking: Asking): Promise<Answered>;
  /** A chat model in one of its protocols; `isStreaming` where the path says it rather than the body. */
  chat(
    permit: Permit<"endpoint.query">,
    api: SurfaceName,
    asking: Asking & { readonly isStreaming?: boolean },
  ): Promise<Answered>;
  /** An embedding model in OpenAI's protocol. */
  embeddings(permit: Permit<"endpoint.query">, asking: Asking): Promise<Answered>;
}

export function createInvoke(ports: QueryPorts & AgentPorts & { readonly agents: Pick<Agents, "endpoints"> }): Invoke {
  const chat: Invoke["chat"] = (permit, api, { body, tags, signal, isStreaming = body.stream === true }) =>
    answerQuestion(ports, permit, { api, body, isStreaming, tags, signal });
  const embeddings: Invoke["embeddings"] = (permit, asking) => embedTexts(ports, permit, asking);
  const servedBy = async (permit: Permit<"endpoint.query">): Promise<ServedEndpoint> => {
    assertPermit(permit, "endpoint.query");
    return await ports.agents.endpoints.get(permit);
  };
  const agent = (permit: Permit<"endpoint.query">, { body, ...call }: Asking): Promise<Answered> =>
    answerByAgent(ports, permit, body, call);
  return {
    chat,
    embeddings,
    responses: async (permit, asking) =>
      (await servedBy(permit)).kind === "agent" ? agent(permit, asking) : chat(permit, "responses", asking),
    invocations: async (permit, asking) => {
      const served = await servedBy(permit);
      if (served.kind === "agent") return agent(permit, asking);
      return served.task === "llm/v1/embeddings" ? embeddings(permit, asking) : chat(permit, "chat", asking);
    },
  };
}
