import type { Clock } from "#base/clock.ts";
import type { AnswerModel } from "../../model.ts";
import type { ProviderEgress } from "../egress.ts";
import { modelIn } from "../protocol.ts";
import { converseEvents, streamEvents } from "./answer.ts";
import { converseBody } from "./request.ts";
import type { BedrockTarget } from "./settings.ts";
import { signed } from "./sign.ts";

/** A model that took too long, and one that failed. Source: Bedrock's API reference, Converse: both may be asked again. */
const statuses = { 408: 504, 424: 502 } as const;

/** A chat model behind Bedrock's Converse. @throws Fault as `modelIn`. */
export function bedrockChat(egress: ProviderEgress, clock: Clock, target: BedrockTarget): AnswerModel {
  return modelIn(
    {
      outgoing: async (request) => {
        const body = JSON.stringify(converseBody(request, target));
        const path = `${target.path}/${request.stream ? "converse-stream" : "converse"}`;
        return { ...(await signed(target, path, body, clock.now_ms())), statuses };
      },
      whole: converseEvents,
      stream: streamEvents,
    },
    egress,
  );
}
