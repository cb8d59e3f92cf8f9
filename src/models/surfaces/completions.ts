import type { Json, JsonObject } from "#base/json.ts";
import type { Answer, Choice } from "../answer.ts";
import type { AnswerEvent, FinishReason } from "../events.ts";
import type { ModelRequest, Sampling } from "../request.ts";
import type { AnswerFrame, Surface } from "../surface.ts";
import { chat } from "./chat/mod.ts";
import { usageOf } from "./chat/write.ts";
import { countAt, type Field, flagAt, given, listAt, numberAt, objectAt, refuse, textAt } from "./fields.ts";
import { DONE, dataEvent } from "./sent.ts";

const ASKED_IN_CHAT = "a chat model answers, which has no such thing.";

/** Source: openai-node `resources/completions`, CompletionCreateParams. */
// biome-ignore format: a table is read in columns
const requestFields: Readonly<Record<string, Field>> = {
  prompt: "read", n: "read", max_tokens: "read", temperature: "read", top_p: "read", stop: "read", seed: "read",
  presence_penalty: "read", frequency_penalty: "read", stream: "read", stream_options: "read",
  user: "ignored",
  logprobs: { refused: ASKED_IN_CHAT }, logit_bias: { refused: ASKED_IN_CHAT }, suffix: { refused: ASKED_IN_CHAT },
  echo: { only: [false], otherwise: "put the prompt before the answer yourself." },
  best_of: { only: [1], otherwise: "ask for several answers by 'n', and choose." },
};

/** As for chat. */
const CHOICES_MAX = 8;
const STOPS_MAX = 4;

function readCompletion(body: JsonObject): ModelRequest {
  const fields = objectAt(body, "", requestFields);
  if (fields.stream_options !== undefined)
    objectAt(fields.stream_options, "stream_options", { include_usage: "read", include_obfuscation: "ignored" });
  return {
    messages: [{ role: "user", parts: [{ type: "text", text: promptOf(fields.prompt) }] }],
    tools: [],
    sampling: readSampling(fields),
    stream: fields.stream === undefined ? false : flagAt(fields.stream, "stream"),
  };
}

function promptOf(value: Json | undefined): string {
  if (!Array.isArray(value)) return textAt(value, "prompt");
  const [only] = value as readonly Json[];
  if (typeof only === "number" || Array.isArray(only)) refuse("'prompt' must be text: token ids are not supported.");
  return value.length === 1
    ? textAt(only, "prompt[0]")
    : refuse("'prompt' must be one text. Ask once for each prompt.");
}

function readSampling(fields: Readonly<Record<string, Json | undefined>>): Sampling {
  const number = (name: "temperature" | "top_p" | "presence_penalty" | "frequency_penalty") =>
    given(name, fields[name], (one) => numberAt(one, name));
  return {
    ...given("n", fields.n, (one) => countAt(one, "n", 1, CHOICES_MAX)),
    ...given("max_tokens", fields.max_tokens, (one) => countAt(one, "max_tokens", 1)),
    ...number("temperature"),
    ...number("top_p"),
    ...given("stop", fields.stop, readStop),
    ...given("seed", fields.seed, (one) => countAt(one, "seed", Number.MIN_SAFE_INTEGER)),
    ...number("presence_penalty"),
    ...number("frequency_penalty"),
  };
}

function readStop(value: Json): readonly string[] {
  const stops = typeof value === "string" ? [value] : listAt(value, "stop").map((one) => textAt(one, "stop"));
  return stops.length <= STOPS_MAX ? stops : refuse(`'stop' has at most ${STOPS_MAX} texts.`);
}

/** The protocol has no tools, so nothing can end by calling one. */
const finishOf = (reason: FinishReason): string => (reason === "tool_calls" ? "stop" : reason);

const choiceOf = (index: number, text: string, finish: FinishReason | null): JsonObject => ({
  text,
  index,
  logprobs: null,
  finish_reason: finish && finishOf(finish),
});

const headOf = ({ id, created, model }: AnswerFrame) => ({
  id: `cmpl-${id}`,
  object: "text_completion",
  created,
  model,
});

function whole({ choices, usage }: Answer, frame: AnswerFrame): JsonObject {
  const said = ({ text, refusal, finish }: Choice, index: number) => choiceOf(index, text + refusal, finish);
  return { ...headOf(frame), choices: choices.map(said), ...(usage && { usage: usageOf(usage) }) };
}

async function* stream(events: AsyncIterable<AnswerEvent>, frame: AnswerFrame): AsyncGenerator<string> {
  const { stream_options = null } = frame.body;
  const wantsUsage = (stream_options as JsonObject | null)?.include_usage === true;
  const chunk = (choice: JsonObject): string =>
    dataEvent({ ...headOf(frame), choices: [choice], ...(wantsUsage && { usage: null }) });
  for await (const event of events) {
    if (event.type === "text" || event.type === "refusal") yield chunk(choiceOf(event.choice, event.text, null));
    if (event.type === "finish") yield chunk(choiceOf(event.choice, "", event.reason));
    if (event.type === "usage" && wantsUsage)
      yield dataEvent({ ...headOf(frame), choices: [], usage: usageOf(event.usage) });
  }
  yield DONE;
}

/** OpenAI's text completions: the prompt is one message of a user. Source: platform.openai.com/docs/api-reference/completions. */
export const completions: Surface = { read: readCompletion, whole, stream, failure: chat.failure };
