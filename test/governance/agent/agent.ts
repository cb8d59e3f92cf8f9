/** What the server hands to an agent with each request, as far as this one needs it. */
interface Context {
  readonly host: string;
  readonly user_token: string;
  readonly fetch: typeof fetch;
}
interface Asked {
  readonly path: string;
  readonly tool: string;
}

/** Calls the one tool that it is asked to, with the token it was given, and answers with what the server said, word for word. */
export async function* respond({ input }: { readonly input: string }, context: Context): AsyncGenerator<object> {
  const { path, tool }: Asked = JSON.parse(input);
  const answer = await context.fetch(`${context.host}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${context.user_token}`, "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: tool, arguments: {} } }),
  });
  const text = await answer.text();
  const content = [{ type: "output_text", text }];
  yield { type: "response.output_item.done", item: { id: "m", type: "message", role: "assistant", content } };
  yield { type: "response.completed", response: {} };
}
