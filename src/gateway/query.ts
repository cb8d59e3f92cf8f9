import type { ModelEndpoint, Registry, ServedModel } from "#agents/mod.ts";
import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import type { JsonObject } from "#base/json.ts";
import { assertPermit, type Permit } from "#kernel/mod.ts";
import { type AnswerEvent, type ModelRequest, type SurfaceName, surfaces, wholeAnswer } from "#models/mod.ts";
import { errors, Fault, faultOf } from "#wire/errors.ts";
import type { Answered } from "./answered.ts";
import { charactersOf, tokensOf } from "./characters.ts";
import { BlockedQuestion, guardInput, guardOutput } from "./guardrails/mod.ts";
import { type Labels, takeLabels } from "./labels.ts";
import { type Estimate, type Limits, type Reservation, throughputOf } from "./limits/mod.ts";
import { type PayloadLog, type PayloadLogs, Transcript } from "./payload/mod.ts";
import type { Sources } from "./ports.ts";
import { begin } from "./routing/begin.ts";
import type { Circuits } from "./routing/circuit.ts";
import { servingOf } from "./serving.ts";
import { Tally } from "./tally.ts";

/** A question to a model behind an endpoint, in one of the protocols. */
export interface Question {
  readonly api: SurfaceName;
  readonly body: JsonObject;
  readonly isStreaming: boolean;
  readonly signal: AbortSignal;
}

export interface QueryPorts {
  readonly registry: Pick<Registry, "get">;
  readonly sources: Sources;
  readonly limits: Limits;
  readonly payloads: PayloadLogs;
  readonly circuits: Circuits;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** Tokens that are reserved for each choice when the question sets no bound: most answers are shorter. */
const OUTPUT_TOKENS_RESERVED = 1_024;

/**
 * Answers a question by the endpoint of the permit: limits, guardrails on what goes in, the models in turn, guardrails on
 * what comes out, and what it took into the record of the permit, which this settles before the last of the answer leaves.
 * @throws Fault whatever the caller is to be told; it is on the record before.
 */
export async function answerQuestion(
  ports: QueryPorts,
  permit: Permit<"endpoint.query">,
  question: Question,
): Promise<Answered> {
  assertPermit(permit, "endpoint.query");
  const { limits, ids, clock } = ports;
  const { api, isStreaming, signal } = question;
  const endpoint = servingOf(await ports.registry.get(permit), "llm/v1/chat");
  const surface = surfaces[api];
  const { labels, body } = takeLabels(question.body);
  const asked: ModelRequest = { ...surface.read(body), stream: isStreaming };
  const tally = new Tally(askedOf(endpoint, question, asked, labels), clock);
  const { input, output } = endpoint.ai_gateway.guardrails ?? {};
  const said = { api, isStreaming, body, asked, guardrails: input, endpoint: endpoint.name };
  const transcript = new Transcript(said);
  const estimate = estimateOf(asked);
  const throughput = throughputOf(limits, endpoint, estimate);
  let answering: string | undefined;
  let reservation: Reservation | undefined;
  let payload: PayloadLog | undefined;
  const close = async (failed?: Fault): Promise<void> => {
    await Promise.all([reservation?.settle(tally.tokens), throughput.settle(tally.tokens, answering)]);
    const usage = tally.usage(failed);
    await Promise.all([
      payload?.write({ ...usage, ...transcript.kept(failed) }),
      permit.settle(failed ? { status: "error", error_code: failed.code, usage } : { status: "ok", usage }),
    ]);
  };
  try {
    payload = await ports.payloads.open(permit, endpoint);
    reservation = await limits.reserve(permit.who, endpoint, estimate);
    const { request, findings } = await guardInput(asked, input, { signal });
    tally.found(findings);
    transcript.passed(request);
    const ask = async (one: ServedModel, until: AbortSignal) => {
      await throughput.enter(one);
      return (await ports.sources.chat(permit, one)).answer(request, until);
    };
    const { entity, events } = await begin(ports, { endpoint, body: question.body, tally, ask, signal });
    answering = entity.name;
    const headers = { "served-model-name": entity.name, ...reservation.headers };
    const told = guardOutput(overheard(events, tally), output, {
      signal,
      request,
      isWhole: !isStreaming,
      onFindings: (found) => tally.found(found),
    });
    const created = Math.floor(clock.now_ms() / 1000);
    const frame = { id: ids.hex(12), model: entity.source.model, created, request, body };
    const leaving = payload ? transcript.noted(told, frame) : told;
    if (!isStreaming) {
      const answer = surface.whole(await wholeAnswer(leaving), frame);
      await close();
      return { headers, body: answer };
    }
    return { headers, body: spoken(surface.stream(closing(leaving, close), frame), surface.failure) };
  } catch (thrown) {
    const fault = faultOf(thrown);
    if (fault instanceof BlockedQuestion) tally.found(fault.findings);
    await close(fault);
    throw fault;
  }
}

const askedOf = (endpoint: ModelEndpoint, { api, isStreaming }: Question, asked: ModelRequest, labels: Labels) => ({
  endpoint_id: endpoint.id,
  api,
  isStreaming,
  input_characters: charactersOf(asked),
  ...labels,
});

/** Tokens that a question may take: what it says, and as much answer as it allows. */
function estimateOf(request: ModelRequest): Estimate {
  const { n = 1, max_tokens } = request.sampling;
  const asked = tokensOf(charactersOf(request));
  return max_tokens === undefined
    ? { firm_tokens: asked, likely_tokens: n * OUTPUT_TOKENS_RESERVED }
    : { firm_tokens: asked + n * max_tokens, likely_tokens: 0 };
}

/** What the model says is tallied before a guardrail holds it back: it was paid for. */
async function* overheard(events: AsyncIterable<AnswerEvent>, tally: Tally): AsyncGenerator<AnswerEvent> {
  for await (const event of events) {
    tally.heard(event);
    yield event;
  }
}

/** The events, with the record closed when they end, fail, or nobody wants them any more. */
async function* closing(
  events: AsyncIterable<AnswerEvent>,
  close: (failed?: Fault) => Promise<void>,
): AsyncGenerator<AnswerEvent> {
  let failed: Fault | undefined = new Fault("CANCELLED", "The client went away.");
  try {
    yield* events;
    failed = undefined;
  } catch (thrown) {
    failed = faultOf(thrown);
    throw failed;
  } finally {
    await close(failed);
  }
}

/** A failure amid a stream is its last event, in the protocol's own shape: status and headers have left long before. */
async function* spoken(
  frames: AsyncIterable<string>,
  failure: (fault: { readonly code: string; readonly message: string; readonly http: number }) => string,
): AsyncGenerator<string> {
  try {
    yield* frames;
  } catch (thrown) {
    const { code, message } = faultOf(thrown);
    yield failure({ code, message, http: errors[code].http });
  }
}
