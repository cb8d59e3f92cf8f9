import type { ModelEndpoint, ServedModel } from "#agents/mod.ts";
import type { JsonObject } from "#base/json.ts";
import { assertPermit, type Permit } from "#kernel/mod.ts";
import { type EmbeddingRequest, type Embeddings, embeddings as surface } from "#models/mod.ts";
import { type Fault, faultOf } from "#wire/errors.ts";
import type { Answered } from "./answered.ts";
import { charactersOfTexts, tokensOf } from "./characters.ts";
import { BlockedQuestion, guardTexts } from "./guardrails/mod.ts";
import { type Labels, takeLabels } from "./labels.ts";
import { type Reservation, throughputOf } from "./limits/mod.ts";
import { keptTexts, type PayloadLog } from "./payload/mod.ts";
import type { QueryPorts } from "./query.ts";
import { begin } from "./routing/begin.ts";
import { servingOf } from "./serving.ts";
import { Tally } from "./tally.ts";

/** Texts for an embedding model behind an endpoint, in OpenAI's protocol. */
interface TextsToEmbed {
  readonly body: JsonObject;
  readonly signal: AbortSignal;
}

/**
 * Makes vectors of texts by the endpoint of the permit: limits, guardrails on every text, the models in turn, and what it took into
 * the record of the permit, which this settles. Vectors are numbers: no guardrail looks at them.
 * @throws Fault whatever the caller is to be told; it is on the record before.
 */
export async function embedTexts(
  ports: QueryPorts,
  permit: Permit<"endpoint.query">,
  question: TextsToEmbed,
): Promise<Answered> {
  assertPermit(permit, "endpoint.query");
  const { signal } = question;
  const endpoint = servingOf(await ports.registry.get(permit), "llm/v1/embeddings");
  const { labels, body } = takeLabels(question.body);
  const asked = surface.read(body);
  const tally = new Tally(askedOf(endpoint, asked, labels), ports.clock);
  const guardrails = endpoint.ai_gateway.guardrails?.input;
  const estimate = { firm_tokens: tokensOf(charactersOfTexts(asked.inputs)), likely_tokens: 0 };
  const throughput = throughputOf(ports.limits, endpoint, estimate);
  let answering: string | undefined;
  let reservation: Reservation | undefined;
  let payload: PayloadLog | undefined;
  let passed: readonly string[] | undefined;
  const close = async (answer: JsonObject, failed?: Fault): Promise<void> => {
    await Promise.all([reservation?.settle(tally.tokens), throughput.settle(tally.tokens, answering)]);
    const usage = tally.usage(failed);
    await Promise.all([
      payload?.write({ ...usage, request: keptTexts(body, asked, guardrails, passed), response: answer }),
      permit.settle(failed ? { status: "error", error_code: failed.code, usage } : { status: "ok", usage }),
    ]);
  };
  try {
    payload = await ports.payloads.open(permit, endpoint);
    reservation = await ports.limits.reserve(permit.who, endpoint, estimate);
    const { texts: inputs, findings } = await guardTexts(asked.inputs, guardrails, { signal });
    passed = inputs;
    tally.found(findings);
    const ask = async (entity: ServedModel, until: AbortSignal) => {
      await throughput.enter(entity);
      return once(await ports.sources.embedding(permit, entity), { ...asked, inputs }, until);
    };
    const { entity, events } = await begin(ports, { endpoint, body: question.body, tally, ask, signal });
    answering = entity.name;
    const [made] = await Array.fromAsync(events);
    tally.counted(made!.usage);
    const answer = surface.whole(made!, { model: entity.source.model, body });
    await close(answer);
    return { headers: { "served-model-name": entity.name, ...reservation.headers }, body: answer };
  } catch (thrown) {
    const fault = faultOf(thrown);
    if (fault instanceof BlockedQuestion) tally.found(fault.findings);
    await close({ error: { error_code: fault.code, message: fault.message } }, fault);
    throw fault;
  }
}

/** A model's whole answer as the one piece that it comes in. */
async function* once(
  model: Awaited<ReturnType<QueryPorts["sources"]["embedding"]>>,
  request: EmbeddingRequest,
  signal: AbortSignal,
): AsyncGenerator<Embeddings> {
  yield await model.embed(request, signal);
}

const askedOf = (endpoint: ModelEndpoint, { inputs }: EmbeddingRequest, labels: Labels) => ({
  endpoint_id: endpoint.id,
  api: "embeddings",
  isStreaming: false,
  input_characters: charactersOfTexts(inputs),
  ...labels,
});
