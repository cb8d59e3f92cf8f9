import type { JsonObject } from "#base/json.ts";
import { assertPermit, type Permit } from "#kernel/mod.ts";
import { type EmbeddingRequest, type Embeddings, embeddings as surface } from "#models/mod.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import type { Answered } from "./answered.ts";
import type { AskedModels, Destination } from "./asked.ts";
import type { BudgetHold } from "./budgets/mod.ts";
import { cacheStatus, madeBefore, madeNow } from "./cache/mod.ts";
import { charactersOfTexts, tokensOf } from "./characters.ts";
import { BlockedQuestion, guardTexts } from "./guardrails/mod.ts";
import { type Labels, tagsOf, takeLabels } from "./labels.ts";
import { type Reservation, throughputOf } from "./limits/mod.ts";
import { keptTexts, type PayloadLog } from "./payload/mod.ts";
import type { QueryPorts } from "./query.ts";
import { begin } from "./routing/begin.ts";
import { servingOf } from "./serving.ts";
import { Tally } from "./tally.ts";

/** Texts for an embedding model behind an endpoint, in OpenAI's protocol. */
interface TextsToEmbed {
  readonly body: JsonObject;
  /** The header that tags them, as it came. */
  readonly tags?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Makes vectors of texts by the endpoint of the permit: limits, budgets, guardrails on every text, the vectors that were made before or the models in
 * turn, and what it took into
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
  const endpoint = servingOf(await ports.asked(permit), "llm/v1/embeddings");
  const { labels, body } = takeLabels(question.body, question.tags);
  const asked = surface.read(body);
  const tally = new Tally(askedOf(endpoint, asked, labels), ports.clock);
  const guardrails = endpoint.ai_gateway.guardrails?.input;
  const input_tokens = tokensOf(charactersOfTexts(asked.inputs));
  const estimate = { input_tokens, firm_tokens: input_tokens, likely_tokens: 0 };
  const throughput = throughputOf(ports.limits, endpoint, estimate);
  let answering: string | undefined;
  let reservation: Reservation | undefined;
  let held: BudgetHold | undefined;
  let payload: PayloadLog | undefined;
  let passed: readonly string[] | undefined;
  const close = async (answer: JsonObject, failed?: Fault): Promise<void> => {
    const taken = tally.usage(failed);
    const [costs] = await Promise.all([
      held?.settle(taken),
      reservation?.settle(tally.tokens),
      throughput.settle(tally.tokens, answering),
    ]);
    const usage = { ...taken, ...costs };
    await Promise.all([
      payload?.write({ ...usage, request: keptTexts(body, asked, guardrails, passed), response: answer }),
      permit.settle(failed ? { status: "error", error_code: failed.code, usage } : { status: "ok", usage }),
    ]);
  };
  try {
    payload = await ports.payloads.open(permit, endpoint);
    refusePolicies(endpoint);
    reservation = await ports.limits.reserve(permit.who, endpoint, estimate, tagsOf(labels));
    held = await ports.budgets.hold(permit.who, endpoint, estimate);
    const { texts: inputs, findings } = await guardTexts(asked.inputs, guardrails, {
      signal,
      ...ports.guards(permit),
    });
    passed = inputs;
    tally.found(findings);
    const ask = async (entity: Destination, until: AbortSignal) => {
      await throughput.enter(entity);
      return once(await ports.sources.embedding(permit, entity), { ...asked, inputs }, until);
    };
    const place = ports.cache.embeddings(permit, endpoint, {
      api: "embeddings",
      isStreaming: false,
      body,
      passed: inputs,
    });
    const { made, destination, keep } = place?.found
      ? madeBefore(place.found, tally)
      : await madeNow(await begin(ports, { endpoint, body: question.body, tally, ask, signal }), place);
    answering = destination.name;
    tally.counted(made.usage);
    const answer = surface.whole(made, { model: destination.model, body });
    await close(answer);
    keep();
    return {
      headers: { "served-model-name": destination.name, ...cacheStatus(place), ...reservation.headers },
      body: answer,
    };
  } catch (thrown) {
    const fault = faultOf(thrown);
    if (fault instanceof BlockedQuestion) tally.found(fault.findings);
    await close({ error: { error_code: fault.code, message: fault.message } }, fault);
    throw fault;
  }
}

/** Service policies look at questions and answers, and see none here. @throws Fault INVALID_STATE, so that none is passed over. */
function refusePolicies({ name, policies = [] }: AskedModels): void {
  if (policies.length > 0)
    throw new Fault(
      "INVALID_STATE",
      `'${name}' has service policies, which do not look at texts to embed: have its owner take them away.`,
    );
}

/** A model's whole answer as the one piece that it comes in. */
async function* once(
  model: Awaited<ReturnType<QueryPorts["sources"]["embedding"]>>,
  request: EmbeddingRequest,
  signal: AbortSignal,
): AsyncGenerator<Embeddings> {
  yield await model.embed(request, signal);
}

const askedOf = (endpoint: AskedModels, { inputs }: EmbeddingRequest, labels: Labels) => ({
  endpoint_id: endpoint.id,
  api: "embeddings",
  isStreaming: false,
  input_characters: charactersOfTexts(inputs),
  ...labels,
});
