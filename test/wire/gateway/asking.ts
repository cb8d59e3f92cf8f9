import type { Surface } from "./table.ts";

/** A question in no protocol: with tools it is a conversation in which one has been called, and `text` is what that gave back. */
export interface Question {
  readonly model: string;
  readonly text: string;
  readonly isStreaming: boolean;
  readonly n: number;
  readonly hasTools: boolean;
}

const FIRST = "Look at the harbour log.";
const [name, id] = ["look", "call_1"];
const parameters = { type: "object", properties: { at: { type: "string" } } };
const args = { at: "harbour" };

const several = (n: number) => (n > 1 ? { n } : {});

/** The body of each protocol. Sources: the types of openai, @anthropic-ai/sdk and @google/genai. */
const bodies: Readonly<Record<Surface["protocol"], (question: Question) => object>> = {
  chat: ({ text, n, hasTools, isStreaming }) => ({
    messages: hasTools
      ? [
          { role: "user", content: FIRST },
          {
            role: "assistant",
            content: null,
            tool_calls: [{ id, type: "function", function: { name, arguments: JSON.stringify(args) } }],
          },
          { role: "tool", tool_call_id: id, content: text },
        ]
      : [{ role: "user", content: text }],
    ...(hasTools && { tools: [{ type: "function", function: { name, parameters } }] }),
    ...several(n),
    stream: isStreaming,
    ...(isStreaming && { stream_options: { include_usage: true } }),
  }),
  completions: ({ text, n, hasTools, isStreaming }) => ({
    prompt: text,
    ...(hasTools && { tools: [{ type: "function", function: { name, parameters } }] }),
    ...several(n),
    stream: isStreaming,
    ...(isStreaming && { stream_options: { include_usage: true } }),
  }),
  responses: ({ text, n, hasTools, isStreaming }) => ({
    input: hasTools
      ? [
          { role: "user", content: FIRST },
          { type: "function_call", call_id: id, name, arguments: JSON.stringify(args) },
          { type: "function_call_output", call_id: id, output: text },
        ]
      : text,
    ...(hasTools && { tools: [{ type: "function", name, parameters }] }),
    ...several(n),
    stream: isStreaming,
  }),
  messages: ({ text, n, hasTools, isStreaming }) => ({
    max_tokens: 99,
    messages: hasTools
      ? [
          { role: "user", content: FIRST },
          { role: "assistant", content: [{ type: "tool_use", id, name, input: args }] },
          { role: "user", content: [{ type: "tool_result", tool_use_id: id, content: text }] },
        ]
      : [{ role: "user", content: text }],
    ...(hasTools && { tools: [{ name, input_schema: parameters }] }),
    ...several(n),
    stream: isStreaming,
  }),
  generateContent: ({ text, n, hasTools }) => ({
    contents: hasTools
      ? [
          { role: "user", parts: [{ text: FIRST }] },
          { role: "model", parts: [{ functionCall: { name, args } }] },
          { role: "user", parts: [{ functionResponse: { name, response: { output: text } } }] },
        ]
      : [{ role: "user", parts: [{ text }] }],
    ...(hasTools && { tools: [{ functionDeclarations: [{ name, parametersJsonSchema: parameters }] }] }),
    ...(n > 1 && { generationConfig: { candidateCount: n } }),
  }),
};

/** What is sent for a question by a surface. `label` is what the ledger calls it. */
export function asking(
  { protocol, path }: Surface,
  question: Question,
  label: string,
): { readonly path: string; readonly body: object } {
  const { model, isStreaming } = question;
  const target = `${model}:${isStreaming ? "streamGenerateContent?alt=sse" : "generateContent"}`;
  return {
    path: path.replace("{name}", model).replace("{target}", target),
    body: {
      ...bodies[protocol](question),
      ...(!path.includes("{") && { model }),
      client_request_id: label,
    },
  };
}
