import { type Agents, entityId, type ServedEndpoint } from "#agents/mod.ts";
import type { Clock } from "#base/clock.ts";
import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import { assertPermit, type Permit } from "#kernel/mod.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import { dataLines, type ResponsesEvent, type ResponsesRequest } from "#wire/serving/responses.ts";
import type { Answered } from "./answered.ts";
import { tokensOf } from "./characters.ts";
import { tagsOf, takeLabels } from "./labels.ts";
import type { Limits, Reservation } from "./limits/mod.ts";
import type { PayloadLog, PayloadLogs } from "./payload/mod.ts";
import { Tally } from "./tally.ts";

export interface AgentPorts {
  readonly agents: Pick<Agents, "endpoints" | "invocations">;
  readonly limits: Limits;
  readonly payloads: PayloadLogs;
  readonly clock: Clock;
}

/**
 * The agent of the permit answers, within the endpoint's limits; what it took is in the record of the permit, which this settles.
 * Its models and tools have permits, limits and guardrails of their own.
 * @throws Fault whatever the caller is to be told; it is on the record before.
 */
export async function answerByAgent(
  { agents, limits, payloads, clock }: AgentPorts,
  permit: Permit<"endpoint.query">,
  sent: JsonObject,
  { signal, tags }: { readonly signal: AbortSignal; readonly tags?: string | undefined },
): Promise<Answered> {
  assertPermit(permit, "endpoint.query");
  assertHasInput(sent);
  const endpoint = await agents.endpoints.get(permit);
  const isStreaming = sent.stream === true;
  const { labels, body } = takeLabels(sent, tags);
  const input_characters = charactersOf(body.input);
  const asked = { endpoint_id: endpoint.id, api: "responses", isStreaming, input_characters, ...labels };
  const tally = new Tally(asked, clock);
  tally.tried([], servedId(endpoint));
  let reservation: Reservation | undefined;
  let payload: PayloadLog | undefined;
  let answered: JsonObject = {};
  const close = async (failed?: Fault): Promise<void> => {
    await reservation?.settle(tally.tokens);
    const usage = tally.usage(failed);
    const response = failed ? { ...answered, error: { error_code: failed.code, message: failed.message } } : answered;
    await Promise.all([
      payload?.write({ ...usage, request: body, response }),
      permit.settle(failed ? { status: "error", error_code: failed.code, usage } : { status: "ok", usage }),
    ]);
  };
  const hear = (event: AgentEvent): void => {
    count(tally, event);
    if (event.type === "response.completed" && isJsonObject(event.response)) answered = event.response;
  };
  try {
    payload = await payloads.open(permit, endpoint);
    const estimate = { firm_tokens: tokensOf(input_characters), likely_tokens: 0 };
    reservation = await limits.reserve(permit.who, endpoint, estimate, tagsOf(labels));
    const { headers } = reservation;
    // Its input was looked at; what else it holds is the agent's own business.
    const request = body as unknown as ResponsesRequest;
    if (!isStreaming) {
      const response = await agents.invocations.complete(permit, request, signal);
      hear({ type: "response.completed", response });
      await close();
      return { headers, body: response };
    }
    const events = await agents.invocations.stream(permit, request, signal);
    return { headers, body: dataLines(closing(events, hear, close)) };
  } catch (thrown) {
    const fault = faultOf(thrown);
    await close(fault);
    throw fault;
  }
}

/** @throws Fault BAD_REQUEST when it has no input: an agent is asked by that, a chat model by messages. */
function assertHasInput({ input }: JsonObject): void {
  const isItems = Array.isArray(input) && input.every((one) => typeof one === "object" && one !== null);
  if (typeof input === "string" || isItems) return;
  throw new Fault("BAD_REQUEST", "The body needs 'input', a text or a list of items: this endpoint serves an agent.");
}

const servedId = (endpoint: ServedEndpoint): string => entityId(endpoint.id, endpoint.config_version, 0);

/** Every text of an input, which is a text or a list of items as deep as their kind has it. */
function charactersOf(value: Json | undefined): number {
  if (typeof value === "string") return value.length;
  if (Array.isArray(value)) return (value as readonly Json[]).reduce<number>((sum, one) => sum + charactersOf(one), 0);
  return isJsonObject(value) ? charactersOf(Object.values(value).filter((one) => one !== undefined)) : 0;
}

type AgentEvent = { readonly type: string; readonly [field: string]: Json | undefined };

/** Takes from an agent's event what counts: the texts as they grow, and the tokens when the agent says how many. */
function count(tally: Tally, event: AgentEvent): void {
  if (event.type === "response.output_text.delta" && typeof event.delta === "string")
    tally.heard({ type: "text", choice: 0, text: event.delta });
  const response = event.type === "response.completed" ? event.response : undefined;
  const usage = isJsonObject(response) ? response.usage : undefined;
  if (!isJsonObject(usage)) return;
  const { input_tokens, output_tokens } = usage;
  if (typeof input_tokens === "number" && typeof output_tokens === "number")
    tally.counted({ input_tokens, output_tokens });
}

/** The events, with the record closed when they end, fail, or nobody wants them any more. A failure is the last event. */
async function* closing(
  events: AsyncIterable<ResponsesEvent>,
  hear: (event: AgentEvent) => void,
  close: (failed?: Fault) => Promise<void>,
): AsyncGenerator<object> {
  let failed: Fault | undefined = new Fault("CANCELLED", "The client went away.");
  try {
    for await (const event of events) {
      hear(event);
      yield event;
    }
    failed = undefined;
  } catch (thrown) {
    failed = faultOf(thrown);
    yield { error: { code: failed.code, error_code: failed.code, message: failed.message } };
  } finally {
    await close(failed);
  }
}
