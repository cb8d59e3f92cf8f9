import type { IdSource } from "#base/ids.ts";
import type { ChatCompletionRequest } from "#wire/serving/chat.ts";
import { textOf } from "#wire/serving/chat.ts";
import type { AnswerEvent, Usage } from "../events.ts";
import type { AnswerModel } from "../model.ts";
import { chatBody } from "../providers/openai/request.ts";
import type { ModelRequest } from "../request.ts";
import { planStep, type Step } from "./plan.ts";

/** What every response of it says in `model`, whatever name it was asked for by. */
export const OFFLINE_MODEL = "lakeward-offline";

/**
 * The built-in model: rules, no weights. The same request gives the same step; only the ids of its calls differ. It plans over
 * messages as chat completions have them, and takes no notice of sampling but for `n`, whose answers are all the same.
 */
export function offlineModel({ ids }: { readonly ids: IdSource }): AnswerModel {
  return {
    answer: async function* (request) {
      const asked = asChat(request);
      const step = planStep(asked);
      const choices = request.sampling.n ?? 1;
      for (let choice = 0; choice < choices; choice += 1) yield* spoken(step, choice, ids);
      yield { type: "usage", usage: usageOf(asked, said(step), choices) };
    },
  };
}

const asChat = (request: ModelRequest): ChatCompletionRequest => {
  const { messages, tools, tool_choice, model } = chatBody(request, OFFLINE_MODEL);
  return JSON.parse(JSON.stringify({ messages, tools, tool_choice, model })) as ChatCompletionRequest;
};

const said = (step: Step): string => (step.kind === "say" ? step.text : JSON.stringify(step.calls));

/** The text word by word, or the calls, and the reason for ending. */
function* spoken(step: Step, choice: number, ids: IdSource): Iterable<AnswerEvent> {
  if (step.kind === "say")
    for (const piece of step.text.match(/\s*\S+\s*?(?=\s|$)|\s+$/g) ?? []) yield { type: "text", choice, text: piece };
  else
    for (const [call, { name, arguments: values }] of step.calls.entries()) {
      yield { type: "tool_call", choice, call, id: `call_${ids.hex(12)}`, name };
      yield { type: "tool_arguments", choice, call, text: JSON.stringify(values) };
    }
  yield { type: "finish", choice, reason: step.kind === "say" ? "stop" : "tool_calls" };
}

/** Tokens as words and marks: the model has no tokenizer of its own, and this is what it reads. */
function usageOf(request: ChatCompletionRequest, answer: string, choices: number): Usage {
  const count = (text: string): number => text.match(/\w+|[^\s\w]/g)?.length ?? 0;
  const prompt = request.messages.map((one) => textOf(one.content)).join("\n") + JSON.stringify(request.tools ?? "");
  return { input_tokens: count(prompt), output_tokens: count(answer) * choices };
}
