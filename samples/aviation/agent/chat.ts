import { type Context, post } from "./context.ts";

export interface ToolCall {
  id: string;
  type: "function";
  function: { name: string; arguments: string };
}

export interface Message {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string | null;
  readonly tool_calls?: readonly ToolCall[];
  readonly tool_call_id?: string;
}

interface Delta {
  readonly content?: string | null;
  readonly tool_calls?: readonly {
    readonly index: number;
    readonly id?: string;
    readonly function?: { readonly name?: string; readonly arguments?: string };
  }[];
}

/** Asks the model; yields its text as it comes, and returns the whole message with the tool calls it wants. */
export async function* askModel(
  context: Context,
  request: { readonly model: string; readonly messages: readonly Message[]; readonly tools: readonly object[] },
): AsyncGenerator<string, { content: string; tool_calls: ToolCall[] }> {
  const { tools, ...plain } = request;
  const body = { ...plain, ...(tools.length > 0 && { tools }), stream: true };
  const response = await post(context, "/serving-endpoints/chat/completions", body);
  if (!response.ok || !response.body) {
    const refusal = (await response.json()) as { message?: string };
    throw new Error(refusal.message ?? `The model answered ${response.status}.`);
  }
  let content = "";
  const tool_calls: ToolCall[] = [];
  for await (const data of dataOf(response.body)) {
    const chunk = JSON.parse(data) as { choices?: { delta: Delta }[]; error?: { message: string } };
    if (chunk.error) throw new Error(chunk.error.message);
    const delta = chunk.choices?.[0]?.delta;
    if (delta?.content) {
      content += delta.content;
      yield delta.content;
    }
    for (const part of delta?.tool_calls ?? []) addPart(tool_calls, part);
  }
  return { content, tool_calls };
}

function addPart(calls: ToolCall[], part: NonNullable<Delta["tool_calls"]>[number]): void {
  calls[part.index] ??= { id: part.id ?? "", type: "function", function: { name: "", arguments: "" } };
  const call = calls[part.index]!;
  call.function.name += part.function?.name ?? "";
  call.function.arguments += part.function?.arguments ?? "";
}

async function* dataOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let buffer = "";
  for await (const part of body) {
    buffer += decoder.decode(part, { stream: true });
    const lines = buffer.split("\n");
    buffer = lines.pop()!;
    for (const line of lines) {
      const data = line.startsWith("data:") ? line.slice("data:".length).trim() : "";
      if (data === "[DONE]") return;
      if (data) yield data;
    }
  }
}
