import type { JsonObject } from "#base/json.ts";
import { chatBody, type ModelRequest, surfaces } from "#models/mod.ts";
import type { CustomGuardrail } from "#wire/serving/ai-gateway.ts";
import type { FindingTally } from "../findings.ts";
import { type AskEndpoint, type Consulted, consult } from "./consult.ts";

/**
 * The request as each endpoint in turn would have it; the first that rejects it ends that. An endpoint is told a chat completion's body
 * and `mode`, and may put other messages into the place of each.
 */
export async function consultInput(
  request: ModelRequest,
  rules: readonly CustomGuardrail[],
  to: { readonly ask: AskEndpoint | undefined; readonly signal: AbortSignal },
  tally: FindingTally,
): Promise<Pick<Consulted<ModelRequest>, "value" | "rejected">> {
  let value = request;
  for (const rule of rules) {
    const { model: _, stream, stream_options: __, ...told } = chatBody(value, "");
    const mode = { phase: "input", stream_mode: stream === true ? "streaming" : "non_streaming" };
    const before = value;
    const replaced = ({ messages }: JsonObject): ModelRequest => ({
      ...before,
      messages: messagesLike(told.messages as JsonObject[], messages),
    });
    const said = await consult(rule, value, { body: { ...told, mode }, replaced }, to);
    if (said.isSilent) tally.count("custom", "note", [`${rule.endpoint_name}: SILENT`]);
    if (said.isChanged) tally.count("custom", "mask", [rule.endpoint_name]);
    if (said.rejected) {
      tally.count("custom", "block", [rule.endpoint_name]);
      return said;
    }
    value = said.value;
  }
  return { value };
}

/** Messages in the place of others: as many, each of the same role. @throws Error when they are not, Fault when they are no messages. */
function messagesLike(told: readonly JsonObject[], messages: JsonObject[string]): ModelRequest["messages"] {
  const read = surfaces.chat.read({ messages } as JsonObject).messages;
  const isLike =
    Array.isArray(messages) &&
    messages.length === told.length &&
    told.every(({ role }, place) => (messages as JsonObject[])[place]?.role === role);
  if (!isLike) throw new Error("other messages were put in their place");
  return read;
}
