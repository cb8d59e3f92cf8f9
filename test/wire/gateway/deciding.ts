import { type Behaviour, saying } from "../../gateway/provider.ts";
import { BOMB, MAIL, MASKED, REJECTED } from "./table.ts";

/**
 * A provider behind the endpoints that guards ask: a guard model in Llama Guard's form, and one that is told of questions and answers as JSON and
 * decides. Shapes after the Llama Guard 3 model card and public samples of custom guardrails; not recorded.
 */
export const deciding: Behaviour = (received, response) => {
  const last = String(received.body.messages.at(-1)!.content);
  saying(last.includes('"mode":{"phase"') ? decided(last) : judged(last))(received, response);
};

const judged = (text: string): string => (text.includes(BOMB) ? "unsafe\nS9,S2" : "safe");

function decided(text: string): string {
  const { mode, ...told } = JSON.parse(text) as { readonly mode: object };
  if (text.includes(REJECTED)) return JSON.stringify({ decision: "reject", reject_message: "Not here." });
  if (!text.includes(MAIL)) return JSON.stringify({ decision: "proceed" });
  const sanitized_input = JSON.parse(JSON.stringify(told).replaceAll(MAIL, MASKED)) as object;
  return JSON.stringify({ decision: "sanitize", sanitized_input });
}
