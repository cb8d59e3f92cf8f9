import type { Clock } from "#base/clock.ts";
import type { AnswerModel } from "../../model.ts";
import { send, sendWhole } from "../call.ts";
import type { ProviderEgress } from "../egress.ts";
import { converseEvents, streamEvents } from "./answer.ts";
import { converseBody } from "./request.ts";
import type { BedrockTarget } from "./settings.ts";
import { signed } from "./sign.ts";

/** A chat model behind Bedrock's Converse. @throws Fault as `send`, BAD_REQUEST for what the protocol cannot say. */
export function bedrockChat(egress: ProviderEgress, clock: Clock, target: BedrockTarget): AnswerModel {
  return {
    answer: async function* (request, signal) {
      const body = JSON.stringify(converseBody(request, target));
      const path = `${target.path}/${request.stream ? "converse-stream" : "converse"}`;
      const outgoing = await signed(target, path, body, clock.now_ms());
      if (request.stream) yield* streamEvents(await send(egress, outgoing, signal));
      else yield* converseEvents(await sendWhole(egress, outgoing, signal));
    },
  };
}
