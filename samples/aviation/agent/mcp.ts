import { type Context, post } from "./context.ts";

/** A tool as its MCP server lists it. */
export interface McpTool {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema: object;
}

interface CallResult {
  readonly content?: readonly { readonly type: string; readonly text?: string }[];
  readonly isError?: boolean;
  readonly _meta?: Record<string, unknown>;
}

/** JSON-RPC 2.0 without a session: the workspace's MCP servers answer each request by itself. */
async function request<T>(context: Context, path: string, method: string, params: object): Promise<T> {
  const response = await post(context, path, { jsonrpc: "2.0", id: 1, method, params });
  const body = (await response.json()) as { result?: T; error?: { message: string }; message?: string };
  if (body.result === undefined) throw new Error(body.error?.message ?? body.message ?? `${method} failed on ${path}.`);
  return body.result;
}

/** All tools of one server, page by page. */
export async function listTools(context: Context, path: string): Promise<readonly McpTool[]> {
  const tools: McpTool[] = [];
  let cursor: string | undefined;
  do {
    const params = cursor === undefined ? {} : { cursor };
    const page = await request<{ tools: McpTool[]; nextCursor?: string }>(context, path, "tools/list", params);
    tools.push(...page.tools);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return tools;
}

/**
 * Calls a tool and gives its result as text for a model. What the result's `_meta` says about filtered tables and masked
 * columns is put beside the rows, so that the model can say what was withheld. A failure is a result as well.
 */
export async function callTool(context: Context, path: string, name: string, args: object): Promise<string> {
  try {
    const result = await request<CallResult>(context, path, "tools/call", { name, arguments: args });
    const text = (result.content ?? []).map((part) => part.text ?? "").join("\n");
    if (result.isError) return JSON.stringify({ error: text });
    const governance = Object.values(result._meta ?? {}).find(isGovernance);
    return governance ? withGovernance(text, governance) : text;
  } catch (thrown) {
    return JSON.stringify({ error: thrown instanceof Error ? thrown.message : String(thrown) });
  }
}

function isGovernance(value: unknown): value is object {
  return typeof value === "object" && value !== null && ("filtered" in value || "masked" in value);
}

function withGovernance(text: string, governance: object): string {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) {
      return JSON.stringify({ ...parsed, governance });
    }
    return JSON.stringify({ result: parsed, governance });
  } catch {
    return JSON.stringify({ result: text, governance });
  }
}
