import { isJsonObject, type JsonObject } from "#base/json.ts";
import {
  type ChatCompletionRequest,
  type ChatMessage,
  parseJson,
  type ToolDefinition,
  textOf,
} from "#wire/serving/chat.ts";
import { speakInability, speakMissing, speakResult } from "./answer.ts";
import { fillArguments } from "./fill.ts";
import { readResult, type Table } from "./results.ts";
import { parametersOf } from "./schema.ts";
import { type Selection, selectTool } from "./select.ts";

/** The model's next step: call tools, or say something. */
export type Step =
  | { readonly kind: "call"; readonly calls: readonly { readonly name: string; readonly arguments: JsonObject }[] }
  | { readonly kind: "say"; readonly text: string };

/**
 * Decides from the last user request and what followed it: results are spoken; a sentence that still wants another tool
 * calls it; what no tool fits is refused. Nothing is said about the world that no tool returned.
 */
export function planStep(request: ChatCompletionRequest): Step {
  const { messages, tools = [], tool_choice = "auto" } = request;
  const asked = messages.findLastIndex((one) => one.role === "user");
  if (asked < 0) return { kind: "say", text: speakInability(tools) };
  const text = textOf(messages[asked]!.content).trim();
  const done = callsAfter(messages, asked);
  if (tool_choice === "none")
    return done.length > 0 ? speakAll(tools, done) : { kind: "say", text: speakInability([]) };
  if (typeof tool_choice === "object") {
    return done.length > 0 ? speakAll(tools, done) : callNamed(tools, tool_choice.function.name, text, messages);
  }
  const wanted = wantedCalls(tools, text, tablesBefore(messages));
  const open = wanted.calls.filter((call) => !done.some((one) => sameCall(one, call)));
  const isStuck = done.some((one) => one.result !== undefined && readResult(one.result).error !== undefined);
  if (open.length > 0 && !isStuck && done.length < CALLS_PER_REQUEST_MAX) return { kind: "call", calls: open };
  if (done.length > 0) return speakAll(tools, done);
  return { kind: "say", text: wanted.missing ?? speakInability(tools) };
}

/** Calls for one request; a plan has one per sentence, so more would be a loop. */
const CALLS_PER_REQUEST_MAX = 8;

interface Call {
  readonly name: string;
  readonly arguments: JsonObject;
}

/** The whole request's tool, or when none fits the whole, each sentence's own. */
function wantedCalls(
  tools: readonly ToolDefinition[],
  text: string,
  earlier: readonly Table[],
): { readonly calls: readonly Call[]; readonly missing?: string } {
  const sentences = text.split(/(?<=[?!])\s+|(?<=[a-z)\]"']\.)\s+|;\s+/).filter((one) => /\w/.test(one));
  const whole = selectTool(tools, text, earlier);
  const parts = (sentences.length > 1 ? sentences : [])
    .map((one) => selectTool(tools, one, earlier))
    .filter((one) => one !== null)
    .map((one) => (one.filling.missing.length > 0 ? filledFrom(one, text, earlier) : one));
  const several = new Set(parts.map((one) => one.tool.function.name)).size > 1;
  const chosen = (several || !whole) && parts.length === sentences.length ? parts : whole ? [whole] : parts;
  const ready = chosen.filter((one) => one.filling.missing.length === 0);
  const lacking = chosen.find((one) => one.filling.missing.length > 0);
  return {
    calls: uniqueCalls(ready.map((one) => ({ name: one.tool.function.name, arguments: one.filling.arguments }))),
    ...(lacking && {
      missing: speakMissing(
        lacking.tool,
        lacking.filling.missing.map((one) => one.description || one.name),
      ),
    }),
  };
}

/** A sentence's tool, its arguments looked for in the whole request: one sentence names the thing, the next asks about it. */
function filledFrom(selection: Selection, text: string, earlier: readonly Table[]): Selection {
  return { ...selection, filling: fillArguments(parametersOf(selection.tool), text, earlier) };
}

const uniqueCalls = (calls: readonly Call[]): readonly Call[] =>
  calls.filter((call, i) => calls.findIndex((other) => sameCall(other, call)) === i);

const sameCall = (a: Call, b: Call): boolean =>
  a.name === b.name && JSON.stringify(a.arguments) === JSON.stringify(b.arguments);

function callNamed(
  tools: readonly ToolDefinition[],
  name: string,
  text: string,
  messages: readonly ChatMessage[],
): Step {
  const tool = tools.find((one) => one.function.name === name);
  if (!tool) return { kind: "say", text: speakInability(tools) };
  const filling = fillArguments(parametersOf(tool), text, tablesBefore(messages));
  if (filling.missing.length > 0) {
    return {
      kind: "say",
      text: speakMissing(
        tool,
        filling.missing.map((one) => one.description || one.name),
      ),
    };
  }
  return { kind: "call", calls: [{ name, arguments: filling.arguments }] };
}

interface DoneCall extends Call {
  readonly result?: string;
}

/** The calls made since the request, each with its result. */
function callsAfter(messages: readonly ChatMessage[], asked: number): readonly DoneCall[] {
  const after = messages.slice(asked + 1);
  return after
    .flatMap((message) => message.tool_calls ?? [])
    .map((call) => {
      const parsed = parseJson(call.function.arguments);
      const result = after.find((one) => one.role === "tool" && one.tool_call_id === call.id);
      return {
        name: call.function.name,
        arguments: isJsonObject(parsed) ? parsed : {},
        ...(result && { result: textOf(result.content) }),
      };
    });
}

/** Results of earlier turns, oldest first, from which arguments may be taken. */
function tablesBefore(messages: readonly ChatMessage[]): readonly Table[] {
  return messages
    .filter((one) => one.role === "tool")
    .map((one) => readResult(textOf(one.content)).table)
    .filter((one) => one !== undefined);
}

function speakAll(tools: readonly ToolDefinition[], done: readonly DoneCall[]): Step {
  const parts = done.map((one) =>
    speakResult(
      tools.find((tool) => tool.function.name === one.name),
      readResult(one.result ?? ""),
    ),
  );
  return { kind: "say", text: parts.filter(Boolean).join("\n\n") };
}
