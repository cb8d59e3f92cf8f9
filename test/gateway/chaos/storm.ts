import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { type GatewayWorld, gatewayWorld, KEY } from "../world.ts";
import { type Failure, failures, type Outcome, PLANTED } from "./failures.ts";

/** Questions that wait for their answers at once. */
const AT_ONCE = 24;
/** Calls that an endpoint lets in in an hour: more than any storm has, so that what is left tells how many were counted. */
const CALLS_MAX = 100_000;

interface Question {
  readonly id: string;
  readonly kind: string;
  readonly isStreaming: boolean;
}

/** What a caller saw of an answer. */
interface Seen {
  readonly outcome: Outcome;
  readonly status: number | null;
  readonly text: string;
}

/**
 * Asks each failing endpoint `rounds` times, streamed and whole, all at once, and asserts of every question: what came of it is what may come of
 * it, none of its bytes is what the guardrail masks, the ledger has it once, and it is counted once. Prints the figures.
 */
export async function storm(context: TestContext, rounds: number): Promise<void> {
  await using world = await gatewayWorld();
  const kinds = Object.keys(failures);
  world.first.behaviour = (received, response) => failureIn(received.body.messages).first(received, response);
  world.second.behaviour = (received, response) => failureIn(received.body.messages).second(received, response);
  for (const [place] of kinds.entries())
    await world.serve(nameAt(place), {
      providers: [world.first, world.second],
      ai_gateway: {
        fallback_config: { enabled: true },
        guardrails: { output: { pii: { behavior: "MASK" } } },
        rate_limits: [{ calls: CALLS_MAX, key: "endpoint", renewal_period: "hour" }],
      },
    });
  const questions = Array.from({ length: rounds }, (_, round) =>
    kinds.flatMap((kind) =>
      [true, false].map((isStreaming): Question => ({ id: `${kind}/${isStreaming}/${round}`, kind, isStreaming })),
    ),
  ).flat();
  const seen = new Map<string, Seen>();
  const hour = hourNow();
  const waiting = questions.values();
  const worker = async (): Promise<void> => {
    for (const question of waiting) seen.set(question.id, await ask(world, kinds.indexOf(question.kind), question));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));

  const asked_of_providers = world.first.received.length + world.second.received.length;
  const figures = new Map<string, number>();
  for (const { id, kind } of questions) {
    const { outcome, text } = seen.get(id)!;
    figures.set(outcome, (figures.get(outcome) ?? 0) + 1);
    assert.ok(failures[kind]!.outcomes.includes(outcome), `${id}: ${outcome}: ${text}`);
    for (const secret of [PLANTED, KEY]) assert.ok(!saidIn(text).includes(secret), `${id}: ${text}`);
  }
  const rows = await ledger(world, questions.length);
  assert.equal(rows.length, questions.length, "the ledger has each question once");
  const statuses = new Map(rows.map(([id, status]) => [id, Number(status)]));
  for (const { id } of questions) {
    const { outcome, status } = seen.get(id)!;
    const kept = statuses.get(id);
    assert.ok(kept !== undefined, `${id} has no row`);
    if (outcome === "answered") assert.equal(kept, 200, id);
    else assert.notEqual(kept, 200, `${id} was not answered`);
    if (outcome === "refused") assert.equal(kept, status, id);
  }
  let counted = 0;
  for (const [place, kind] of kinds.entries()) {
    const mine = questions.filter((one) => one.kind === kind).length;
    const last = await ask(world, place, { id: `last/${kind}`, kind, isStreaming: false });
    const left = last.left;
    if (left === undefined) continue;
    counted += CALLS_MAX - left - 1;
    assert.ok(CALLS_MAX - left - 1 <= mine, `${kind}: none is counted twice`);
    // Counts begin anew with an hour.
    if (hourNow() === hour) assert.equal(CALLS_MAX - left - 1, mine, `${kind}: each is counted, whoever was asked`);
  }
  context.diagnostic(`${String(questions.length).padStart(6)}  questions asked`);
  for (const [what, count] of figures) context.diagnostic(`${String(count).padStart(6)}  ${what}`);
  context.diagnostic(`${String(rows.length).padStart(6)}  rows in the ledger`);
  context.diagnostic(`${String(counted).padStart(6)}  counted, of those whose endpoint tells`);
  context.diagnostic(`${String(asked_of_providers).padStart(6)}  questions that reached a provider`);
}

const HOUR_MS = 3_600_000;
const hourNow = (): number => Math.floor(Date.now() / HOUR_MS);

const nameAt = (place: number): string => `storm-${place}`;

/** The kind of failure stands in the question, so that one provider serves all of them. */
function failureIn(messages: readonly { readonly content: unknown }[]): Failure {
  return failures[String(messages.at(-1)!.content)]!;
}

async function ask(
  world: GatewayWorld,
  place: number,
  { id, kind, isStreaming }: Question,
): Promise<Seen & { readonly left?: number }> {
  const { patience_ms } = failures[kind]!;
  let text = "";
  let status: number | null = null;
  try {
    const response = await fetch(`${world.origin}/serving-endpoints/${nameAt(place)}/invocations`, {
      method: "POST",
      headers: { authorization: `Bearer ${world.token("ben")}` },
      body: JSON.stringify({
        messages: [{ role: "user", content: kind }],
        client_request_id: id,
        stream: isStreaming,
      }),
      ...(patience_ms !== undefined && { signal: AbortSignal.timeout(patience_ms) }),
    });
    status = response.status;
    const remaining = response.headers.get("x-ratelimit-remaining-requests");
    const decoder = new TextDecoder();
    for await (const piece of response.body!) text += decoder.decode(piece, { stream: true });
    // A failure amid a stream is an event of its own, after which the stream is done.
    const isDone = !isStreaming || (text.includes("data: [DONE]") && !/^data: \{"error/m.test(text));
    const outcome = status !== 200 ? "refused" : isDone ? "answered" : "broken off";
    return { outcome, status, text, ...(remaining !== null && { left: Number(remaining) }) };
  } catch (thrown) {
    if (!(thrown instanceof Error && thrown.name === "TimeoutError")) throw thrown;
    return { outcome: "given up", status, text };
  }
}

/** All that an answer says: its bytes, and the texts of its events put together. */
function saidIn(text: string): string {
  const pieces = [...text.matchAll(/"content":("(?:[^"\\]|\\.)*")/g)].map(([, piece]) => JSON.parse(piece!) as string);
  return `${text}\n${pieces.join("")}`;
}

/** The rows of the questions; those that were given up have theirs when the server has heard of it. */
async function ledger(world: GatewayWorld, wanted: number): Promise<readonly (readonly (string | null)[])[]> {
  for (let tries = 0; ; tries += 1) {
    const rows = await world.rows("SELECT client_request_id, status_code FROM system.serving.endpoint_usage");
    if (rows.length >= wanted || tries > 50) return rows;
  }
}
