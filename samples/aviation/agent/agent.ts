import { askModel, type Message } from "./chat.ts";
import config from "./config.json" with { type: "json" };
import type { Context } from "./context.ts";
import { callTool, listTools } from "./mcp.ts";

type Input = string | readonly { readonly role?: string; readonly type?: string; readonly content?: unknown }[];

/**
 * The agent: finds its tools over MCP, lets its model choose among them, hands the results back to it, and streams the answer.
 * It holds no right of its own: each call carries the token of the person who asks.
 */
export async function* respond(request: { readonly input: Input }, context: Context): AsyncGenerator<object> {
  const found = await Promise.all(
    config.mcp.map(async (path) => (await listTools(context, path)).map((tool) => ({ path, tool }))),
  );
  const tools = found.flat();
  const offered = tools.map(({ tool: { name, description, inputSchema } }) => ({
    type: "function",
    function: { name, description: description ?? "", parameters: inputSchema },
  }));
  const messages: Message[] = [{ role: "system", content: config.instructions }, ...messagesFrom(request.input)];
  const called: string[] = [];
  let isAnswered = false;
  for (let round = 0; !isAnswered; round += 1) {
    if (round === config.rounds_max)
      throw new Error(`The model wanted more than ${config.rounds_max} rounds of tools.`);
    const item_id = `msg_${context.request_id}_${round}`;
    const turn = askModel(context, { model: config.model, messages, tools: offered });
    let step = await turn.next();
    for (; !step.done; step = await turn.next()) {
      yield { type: "response.output_text.delta", item_id, delta: step.value };
    }
    const { content, tool_calls } = step.value;
    isAnswered = tool_calls.length === 0;
    if (content || isAnswered) yield item(message(item_id, content || "The model gave no answer."));
    if (isAnswered) break;
    messages.push({ role: "assistant", content: content || null, tool_calls });
    for (const { id, function: call } of tool_calls) {
      const { name } = call;
      yield item({ id: `fc_${id}`, type: "function_call", call_id: id, name, arguments: call.arguments });
      const path = tools.find(({ tool }) => tool.name === name)?.path;
      const output = path
        ? await callTool(context, path, name, parseArguments(call.arguments))
        : JSON.stringify({ error: `There is no tool '${name}'.` });
      called.push(name);
      messages.push({ role: "tool", tool_call_id: id, content: output });
      yield item({ id: `fco_${id}`, type: "function_call_output", call_id: id, output });
    }
  }
  yield {
    type: "response.completed",
    response: { custom_outputs: { ...context.custom_inputs, tools_called: called } },
  };
}

const message = (id: string, text: string): object => ({
  ...{ id, type: "message", role: "assistant", status: "completed" },
  content: [{ type: "output_text", text, annotations: [] }],
});

const item = (one: object): object => ({ type: "response.output_item.done", item: one });

function parseArguments(text: string): object {
  try {
    return JSON.parse(text || "{}") as object;
  } catch {
    return {};
  }
}

/** The request's input as chat messages; earlier tool calls of the conversation are left out, their answers say enough. */
function messagesFrom(input: Input): Message[] {
  if (typeof input === "string") return [{ role: "user", content: input }];
  return input
    .filter((one) => one.role === "user" || one.role === "assistant" || one.role === "system")
    .map((one): Message => ({ role: one.role as "user" | "assistant" | "system", content: textOf(one.content) }));
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  const parts = Array.isArray(content) ? (content as readonly { readonly text?: string }[]) : [];
  return parts.map((part) => part.text ?? "").join("");
}
