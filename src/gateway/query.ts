import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import type { JsonObject } from "#base/json.ts";
import { assertPermit, type Permit } from "#kernel/mod.ts";
import { type AnswerEvent, type ModelRequest, type SurfaceName, surfaces, wholeAnswer } from "#models/mod.ts";
import { errors, Fault, faultOf } from "#wire/errors.ts";
import type { Answered } from "./answered.ts";
import type { AskedEndpoint, AskedModels, Destination } from "./asked.ts";
import type { BudgetHold, Budgets } from "./budgets/mod.ts";
import { cacheStatus, type ResponseCache, recorded, replayed } from "./cache/mod.ts";
import { charactersOf, tokensOf } from "./characters.ts";
import type { Guards } from "./guarding/guards.ts";
import { BlockedQuestion, guardInput, guardOutput } from "./guardrails/mod.ts";
import { type Labels, tagsOf, takeLabels } from "./labels.ts";
import { type Estimate, type Limits, type Reservation, throughputOf } from "./limits/mod.ts";
import { type PayloadLog, type PayloadLogs, Transcript } from "./payload/mod.ts";
import { deniedEvents, findingOf, type OpensPolicies, type PolicyDenial, withDenial } from "./policies/mod.ts";
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
  /** The header that tags it, as it came. */
  readonly tags?: string | undefined;
  readonly signal: AbortSignal;
}

export interface QueryPorts {
  /** What the permit's name stands for. */
  readonly asked: (permit: Permit<"endpoint.query">) => Promise<AskedEndpoint>;
  readonly sources: Sources;
  readonly limits: Limits;
  readonly budgets: Pick<Budgets, "hold">;
  readonly payloads: PayloadLogs;
  readonly cache: ResponseCache;
  readonly policies: OpensPolicies;
  /** What the guardrails of a question to the permit's endpoint may ask. */
  readonly guards: (permit: Permit<"endpoint.query">) => Guards;
  readonly circuits: Circuits;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** Tokens that are reserved for each choice when the question sets no bound: most answers are shorter. */
const OUTPUT_TOKENS_RESERVED = 1_024;

/**
 * Answers a question by the endpoint of the permit: limits, budgets, guardrails on what goes in, the answer that was given before or the
 * models in turn, guardrails on what comes out, and what it took into the record of the permit, which this settles before the last of the answer leaves.
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
  const endpoint = servingOf(await ports.asked(permit), "llm/v1/chat");
  const surface = surfaces[api];
  const { labels, body } = takeLabels(question.body, question.tags);
  const asked: ModelRequest = { ...surface.read(body), stream: isStreaming };
  const tally = new Tally(askedOf(endpoint, question, asked, labels), clock);
  const { input, output } = endpoint.ai_gateway.guardrails ?? {};
  const guards = ports.guards(permit);
  const said = { api, isStreaming, body, asked, guardrails: input, endpoint: endpoint.name };
  const transcript = new Transcript(said);
  const estimate = estimateOf(asked);
  const throughput = throughputOf(limits, endpoint, estimate);
  let answering: string | undefined;
  let reservation: Reservation | undefined;
  let held: BudgetHold | undefined;
  let payload: PayloadLog | undefined;
  const close = async (failed?: Fault): Promise<void> => {
    const taken = tally.usage(failed);
    const [costs] = await Promise.all([
      held?.settle(taken),
      reservation?.settle(tally.tokens),
      throughput.settle(tally.tokens, answering),
    ]);
    const usage = { ...taken, ...costs };
    await Promise.all([
      payload?.write({ ...usage, ...transcript.kept(failed) }),
      permit.settle(failed ? { status: "error", error_code: failed.code, usage } : { status: "ok", usage }),
    ]);
  };
  try {
    payload = await ports.payloads.open(permit, endpoint);
    const policies = await ports.policies(permit, endpoint);
    reservation = await limits.reserve(permit.who, endpoint, estimate, tagsOf(labels));
    held = await ports.budgets.hold(permit.who, endpoint, estimate);
    const { request, findings } = await guardInput(asked, input, { signal, ...guards });
    tally.found(findings);
    transcript.passed(request);
    const ask = async (one: Destination, until: AbortSignal) => {
      await throughput.enter(one);
      return (await ports.sources.chat(permit, one)).answer(request, until);
    };
    let denial: PolicyDenial | undefined;
    const deny = (one: PolicyDenial): void => {
      denial = one;
      tally.found([findingOf(one)]);
    };
    const refused = policies?.onCall(request);
    if (refused) deny(refused);
    const looked = { api, isStreaming, body, ...(request !== asked && { passed: request }) };
    const place = refused ? undefined : ports.cache.answers(permit, endpoint, looked);
    const source = refused
      ? undefined
      : place?.found
        ? replayed(place.found, tally)
        : recorded(await begin(ports, { endpoint, body: question.body, tally, ask, signal }), place, request);
    answering = source?.destination.name;
    const served = source && { "served-model-name": source.destination.name };
    const headers = { ...served, ...cacheStatus(place), ...reservation.headers };
    const created = Math.floor(clock.now_ms() / 1000);
    const frame = { id: ids.hex(12), model: source?.destination.model ?? endpoint.name, created, request, body };
    const guarded = (events: AsyncIterable<AnswerEvent>): AsyncIterable<AnswerEvent> =>
      guardOutput(overheard(events, tally), output, {
        signal,
        ...guards,
        request,
        isWhole: !isStreaming,
        onFindings: (found) => {
          tally.found(found);
          source?.looked(found);
        },
      });
    const passed = source && guarded(source.events);
    const told = passed ? (policies?.onResult(passed, { request, frame }, deny) ?? passed) : deniedEvents(refused!);
    const keep = (): void => {
      if (!denial) source?.keep();
    };
    const leaving = payload ? transcript.noted(told, frame) : told;
    if (!isStreaming) {
      const answer = surface.whole(await wholeAnswer(leaving), frame);
      await close();
      keep();
      return { headers, body: denial ? withDenial(answer, denial) : answer };
    }
    const end = async (failed?: Fault): Promise<void> => {
      await close(failed);
      if (!failed) keep();
    };
    return { headers, body: spoken(surface.stream(closing(leaving, end), frame), surface.failure) };
  } catch (thrown) {
    const fault = faultOf(thrown);
    if (fault instanceof BlockedQuestion) tally.found(fault.findings);
    await close(fault);
    throw fault;
  }
}

const askedOf = (endpoint: AskedModels, { api, isStreaming }: Question, asked: ModelRequest, labels: Labels) => ({
  endpoint_id: endpoint.id,
  api,
  isStreaming,
  input_characters: charactersOf(asked),
  ...labels,
});

/** Tokens that a question may take: what it says, and as much answer as it allows. */
function estimateOf(request: ModelRequest): Estimate & { readonly input_tokens: number } {
  const { n = 1, max_tokens } = request.sampling;
  const input_tokens = tokensOf(charactersOf(request));
  return max_tokens === undefined
    ? { input_tokens, firm_tokens: input_tokens, likely_tokens: n * OUTPUT_TOKENS_RESERVED }
    : { input_tokens, firm_tokens: input_tokens + n * max_tokens, likely_tokens: 0 };
}

/** What the model says is tallied before a guardrail holds it back: it was paid for. */
async function* overheard(events: AsyncIterable<AnswerEvent>, tally: Tally): AsyncGenerator<AnswerEvent> {
  for await (const event of events) {
    tally.heard(event);
    yield event;
  }
}

/**
 * The events, with the record closed when they end, fail, or nobody wants them any more. How choices ended and what was counted is held
 * until then, as no more than that may be left to come: so the last of an answer leaves after its record is durable, and no word waits
 * for the next one.
 */
async function* closing(
  events: AsyncIterable<AnswerEvent>,
  close: (failed?: Fault) => Promise<void>,
): AsyncGenerator<AnswerEvent> {
  let failed: Fault | undefined = new Fault("CANCELLED", "The client went away.");
  const held: AnswerEvent[] = [];
  try {
    for await (const event of events) {
      if (event.type === "finish" || event.type === "usage") {
        held.push(event);
        continue;
      }
      yield* held.splice(0);
      yield event;
    }
    failed = undefined;
  } catch (thrown) {
    failed = faultOf(thrown);
    throw failed;
  } finally {
    await close(failed);
  }
  yield* held;
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
