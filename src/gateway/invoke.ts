import type { Agents } from "#agents/mod.ts";
import type { JsonObject } from "#base/json.ts";
import { assertPermit, type Permit } from "#kernel/mod.ts";
import type { SurfaceName } from "#models/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { ResponsesRequest } from "#wire/serving/responses.ts";
import { type AgentPorts, answerByAgent } from "./agent.ts";
import type { Answered } from "./answered.ts";
import { answerQuestion, type QueryPorts } from "./query.ts";

/** A body that came to an endpoint, whichever kind it is. */
export interface Asking {
  readonly body: JsonObject;
  readonly signal: AbortSignal;
}

export interface Invoke {
  /** By what the endpoint serves: an agent or a chat model. Source: Databricks docs "Query a serving endpoint". */
  invocations(permit: Permit<"endpoint.query">, asking: Asking): Promise<Answered>;
  /** OpenAI's Responses, in which agents are asked. */
  responses(permit: Permit<"endpoint.query">, asking: Asking): Promise<Answered>;
  /** A chat model in one of its protocols. */
  chat(permit: Permit<"endpoint.query">, api: SurfaceName, asking: Asking): Promise<Answered>;
}

export function createInvoke(ports: QueryPorts & AgentPorts & { readonly agents: Pick<Agents, "endpoints"> }): Invoke {
  const chat: Invoke["chat"] = (permit, api, { body, signal }) =>
    answerQuestion(ports, permit, { api, body, isStreaming: body.stream === true, signal });
  const responses: Invoke["responses"] = (permit, { body, signal }) =>
    answerByAgent(ports, permit, agentRequest(body), signal);
  return {
    chat,
    responses,
    invocations: async (permit, asking) => {
      assertPermit(permit, "endpoint.query");
      const { kind } = await ports.agents.endpoints.get(permit);
      return kind === "agent" ? responses(permit, asking) : chat(permit, "chat", asking);
    },
  };
}

/** @throws Fault BAD_REQUEST when it has no input: an agent is asked by that, a chat model by messages. */
function agentRequest(body: JsonObject): ResponsesRequest {
  const { input } = body;
  const isItems = Array.isArray(input) && input.every((one) => typeof one === "object" && one !== null);
  if (typeof input === "string" || isItems) return body as unknown as ResponsesRequest;
  throw new Fault("BAD_REQUEST", "The body needs 'input', a text or a list of items: this endpoint serves an agent.");
}
