import { isJsonObject, type JsonObject } from "#base/json.ts";
import { type Answer, AnswerFold, type Choice } from "../../answer.ts";
import type { AnswerEvent, FinishReason, Usage } from "../../events.ts";
import type { AnswerFrame } from "../../surface.ts";
import { readCalls } from "../calls.ts";
import { dataEvent } from "../sent.ts";

/** The protocol ends by STOP also where a function is called. */
const finishReasons: Readonly<Record<FinishReason, string>> = {
  stop: "STOP",
  length: "MAX_TOKENS",
  tool_calls: "STOP",
  content_filter: "SAFETY",
};

/** What the model thought is shown to whoever asked for it (`includeThoughts`). */
function showsThoughts({ body }: AnswerFrame): boolean {
  const { generationConfig } = body;
  const thinking = isJsonObject(generationConfig) ? generationConfig.thinkingConfig : undefined;
  return isJsonObject(thinking) && thinking.includeThoughts === true;
}

const headOf = ({ id, model }: AnswerFrame) => ({ responseId: id, modelVersion: model });

/** The protocol counts what was thought apart from what was said. */
function usageOf({ input_tokens, output_tokens, cached_tokens, reasoning_tokens = 0 }: Usage): JsonObject {
  return {
    promptTokenCount: input_tokens,
    candidatesTokenCount: output_tokens - reasoning_tokens,
    totalTokenCount: input_tokens + output_tokens,
    ...(cached_tokens !== undefined && { cachedContentTokenCount: cached_tokens }),
    ...(reasoning_tokens > 0 && { thoughtsTokenCount: reasoning_tokens }),
  };
}

const thought = (text: string, signature: string | undefined): JsonObject => ({
  text,
  thought: true,
  ...(signature !== undefined && { thoughtSignature: signature }),
});

const callParts = (choice: Pick<Choice, "tool_calls" | "finish">): readonly JsonObject[] =>
  readCalls(choice).map(({ id, name, input }) => ({ functionCall: { id, name, args: input } }));

const candidate = (index: number, parts: readonly JsonObject[], finish?: FinishReason): JsonObject => ({
  content: { role: "model", parts },
  ...(finish && { finishReason: finishReasons[finish] }),
  index,
});

export function content({ choices, usage }: Answer, frame: AnswerFrame): JsonObject {
  const isShown = showsThoughts(frame);
  const partsOf = (choice: Choice): readonly JsonObject[] => {
    const { text, reasoning, signature, refusal } = choice;
    const hasThought = reasoning !== "" || signature !== undefined;
    return [
      ...(isShown && hasThought ? [thought(reasoning, signature)] : []),
      ...[text, refusal].filter((said) => said !== "").map((said) => ({ text: said })),
      ...callParts(choice),
    ];
  };
  return {
    candidates: choices.map((choice, index) => candidate(index, partsOf(choice), choice.finish)),
    ...(usage && { usageMetadata: usageOf(usage) }),
    ...headOf(frame),
  };
}

/** An answer as a stream. The protocol has calls whole, so that they are told when their choice ends, which comes last with what was counted. */
export async function* contentEvents(events: AsyncIterable<AnswerEvent>, frame: AnswerFrame): AsyncGenerator<string> {
  const isShown = showsThoughts(frame);
  const calls = new AnswerFold();
  const ended: JsonObject[] = [];
  let usage: Usage | undefined;
  for await (const event of events) {
    switch (event.type) {
      case "usage":
        usage = event.usage;
        break;
      case "finish": {
        calls.add(event);
        const parts = callParts(calls.answer.choices[event.choice]!);
        if (parts.length > 0) yield dataEvent({ candidates: [candidate(event.choice, parts)], ...headOf(frame) });
        ended.push(candidate(event.choice, [], event.reason));
        break;
      }
      case "tool_call":
      case "tool_arguments":
        calls.add(event);
        break;
      default: {
        const part = partOf(event, isShown);
        if (part) yield dataEvent({ candidates: [candidate(event.choice, [part])], ...headOf(frame) });
      }
    }
  }
  yield dataEvent({ candidates: ended, ...(usage && { usageMetadata: usageOf(usage) }), ...headOf(frame) });
}

type Spoken = Extract<AnswerEvent, { readonly type: "text" | "refusal" | "reasoning" }>;

/** An empty text is no part, and what was thought is not shown to everyone. */
function partOf(event: Spoken, isThoughtShown: boolean): JsonObject | undefined {
  if (event.type !== "reasoning") return event.text === "" ? undefined : { text: event.text };
  const { text, signature } = event;
  return isThoughtShown && (text !== "" || signature !== undefined) ? thought(text, signature) : undefined;
}
