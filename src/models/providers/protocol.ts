import type { JsonObject } from "#base/json.ts";
import type { AnswerEvent } from "../events.ts";
import { ProviderFailure } from "../failure.ts";
import type { AnswerModel } from "../model.ts";
import type { ModelRequest } from "../request.ts";
import { type Outgoing, send, sendWhole } from "./call.ts";
import type { ProviderEgress } from "./egress.ts";
import { formed } from "./formed.ts";

/** A model by its provider's protocol: how a question is written, and how an answer is read. */
export interface Protocol {
  /** @throws Fault BAD_REQUEST for what the protocol cannot say. */
  outgoing(request: ModelRequest): Outgoing | Promise<Outgoing>;
  /** @throws Fault BAD_GATEWAY when it is no answer. */
  whole(body: JsonObject): Iterable<AnswerEvent>;
  /** @throws Fault BAD_GATEWAY when it is no answer, or breaks off; as `failed` for an error within. */
  stream(body: AsyncIterable<Uint8Array>): AsyncIterable<AnswerEvent>;
  /** Told when the provider refused the call. */
  refused?(failure: ProviderFailure): void;
}

/** A chat model that is asked in a protocol. @throws Fault as `send` and the protocol. */
export function modelIn(protocol: Protocol, egress: ProviderEgress): AnswerModel {
  const told = (thrown: unknown): Promise<never> => {
    if (thrown instanceof Error && thrown.cause instanceof ProviderFailure) protocol.refused?.(thrown.cause);
    return Promise.reject(thrown);
  };
  return {
    answer: async function* (request, signal) {
      const outgoing = await protocol.outgoing(request);
      if (request.stream) yield* formed(protocol.stream(await send(egress, outgoing, signal).catch(told)));
      else yield* formed(protocol.whole(await sendWhole(egress, outgoing, signal).catch(told)));
    },
  };
}
