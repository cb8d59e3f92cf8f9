import assert from "node:assert/strict";
import { Fault } from "#wire/errors.ts";
import type { AnswerEvent } from "../../../src/models/events.ts";
import { ProviderFailure } from "../../../src/models/failure.ts";
import type { AnswerModel } from "../../../src/models/model.ts";
import type { ProviderCall, ProviderEgress } from "../../../src/models/providers/egress.ts";
import type { ModelRequest } from "../../../src/models/request.ts";

/** What every simulated key holds: nothing that is told may. */
export const CANARY = "canary-of-the-providers-tests";

export type Piece = string | Uint8Array | Error;

export interface Simulated extends ProviderEgress {
  readonly calls: (ProviderCall & { readonly url: string })[];
}

/** A way out behind which a provider answers thus; an error breaks the connection. */
export function egressThat(
  status: number,
  pieces: readonly Piece[],
  headers: Readonly<Record<string, string>> = {},
): Simulated {
  const calls: Simulated["calls"] = [];
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) {
      if (piece instanceof Error) throw piece;
      yield typeof piece === "string" ? new TextEncoder().encode(piece) : piece;
    }
  }
  return {
    calls,
    open: async (url, options) => {
      calls.push({ ...options, url });
      return { status, headers, body: body() };
    },
  };
}

/** The bytes in pieces of every length from 1 up, so that each place is a cut once. */
export function* cut(bytes: Uint8Array, length: number): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

export const dataEvents = (...bodies: readonly object[]): string =>
  bodies.map((one) => `data: ${JSON.stringify(one)}\n\n`).join("");

export const broken = new Fault("BAD_GATEWAY", "The connection broke.");

export const text = (words: string) => ({ type: "text", text: words }) as const;

export const asked: ModelRequest = {
  messages: [{ role: "user", parts: [text("hi")] }],
  tools: [],
  sampling: {},
  stream: false,
};

export const eventsOf = (model: AnswerModel, request: ModelRequest): Promise<AnswerEvent[]> =>
  Array.fromAsync(model.answer(request, new AbortController().signal));

export const bodyOf = ({ calls }: Simulated): unknown => JSON.parse(calls.at(-1)!.body);

/** How it failed, once it is sure that the failure tells nothing that the provider said or was sent. */
export async function failureOf(
  model: AnswerModel,
  request: ModelRequest,
): Promise<{ fault: Fault; status: number | null; isMidStream: boolean; retry_after_ms: number | null }> {
  const thrown: unknown = await eventsOf(model, request).then(
    () => assert.fail("it answered"),
    (one: unknown) => one,
  );
  assert.ok(thrown instanceof Fault, String(thrown));
  assert.ok(thrown.cause instanceof ProviderFailure, String(thrown.cause));
  assert.doesNotMatch(`${thrown.message} ${thrown.options.internal}`, new RegExp(CANARY));
  const { status, isMidStream, retry_after_ms } = thrown.cause;
  return { fault: thrown, status, isMidStream, retry_after_ms };
}

/** That it is refused before anything is sent, by words of ours. */
export async function assertUnasked(
  egress: Simulated,
  model: AnswerModel,
  request: Partial<ModelRequest>,
  says: RegExp,
): Promise<void> {
  await assert.rejects(eventsOf(model, { ...asked, ...request }), (thrown) => {
    assert.ok(thrown instanceof Fault && thrown.code === "BAD_REQUEST" && thrown.cause === undefined, String(thrown));
    assert.match(thrown.message, says);
    return true;
  });
  assert.equal(egress.calls.length, 0);
}
