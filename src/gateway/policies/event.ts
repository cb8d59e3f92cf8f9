import type { Json, JsonObject } from "#base/json.ts";
import type { What, Who } from "#kernel/mod.ts";
import { type AnswerFold, type AnswerFrame, chatBody, type ModelRequest, surfaces } from "#models/mod.ts";

/** A model's answer whole. */
type Answer = AnswerFold["answer"];

/**
 * What a policy looks at before a model is asked. Request and answer stand in it as chat completions, in whichever protocol they came, so that
 * no protocol is a way around a policy. Source: Databricks docs "Service policy function reference"; a field that is not there is no field.
 */
export const requestEvent = (what: What, who: Who, request: ModelRequest): JsonObject => ({
  type: "request",
  target: what.name,
  context: { ...actorOf(who), message: lastAsked(request) },
  data: chatBody(request, what.name),
});

/** What a policy looks at of one choice of an answer; all choices stand in `data`. */
export function responseEvents(
  what: What,
  who: Who,
  request: ModelRequest,
  { answer, frame }: { readonly answer: Answer; readonly frame: AnswerFrame },
): readonly Json[] {
  const data = surfaces.chat.whole(answer, { ...frame, body: {} });
  const shared = { type: "response", target: what.name, data, request_data: chatBody(request, what.name) };
  const messages = answer.choices.map(({ text, refusal }) => text || refusal);
  return (messages.length > 0 ? messages : [""]).map((message) => ({
    ...shared,
    context: { ...actorOf(who), message },
  }));
}

/** The last thing that was asked: the texts of the last message of a user's. */
function lastAsked({ messages }: ModelRequest): string {
  const last = messages.findLast(({ role }) => role === "user");
  return (last?.parts ?? []).flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}

function actorOf({ subject, actor, client }: Who): JsonObject {
  const acting = actor && actor.itself !== true;
  return {
    actor: {
      run_as: subject.name,
      context: {
        is_on_behalf_of: acting === true,
        ...(client !== undefined && { client_id: client }),
        ...(actor && { actor_resource: actor.name, is_actor_authenticated: true }),
        ...(!actor && { is_actor_authenticated: false }),
      },
    },
  };
}
