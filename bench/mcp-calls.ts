import { callsOf, type Target } from "./calls.ts";
import { Children } from "./children.ts";
import { compare, type Figure } from "./figure.ts";

const COUNTS = { warm_up: 2, rounds: 15 } as const;

/** Calls of a tool per second, of Lakeward's servers against a bare one of the SDK that makes one durable write for each call. */
export async function mcpCalls(progress: (text: string) => void): Promise<readonly Figure[]> {
  await using children = await Children.open();
  const bare = async (file: string): Promise<Target> => {
    const { port } = await children.start<{ port: number }>("bare-mcp-server.ts", file);
    return toolCall({ port, path: "/", tool: "empty", given: {} });
  };
  progress("starting a platform and two bare servers");
  const { port, token, statement_id } = await children.start<{ port: number; token: string; statement_id: string }>(
    "platform.ts",
    "data",
  );
  const baseline = callsOf(await bare("bare"));
  const again = callsOf(await bare("again"));
  const at = { port, token };
  const ours: readonly (readonly [name: string, note: string, target: Target])[] = [
    [
      "tools/call of poll_sql_result (token, permits and journal; no statement runs)",
      "Two decisions are made and made durable for each call.",
      toolCall({ ...at, path: "/api/2.0/mcp/sql", tool: "poll_sql_result", given: { statement_id } }),
    ],
    [
      "tools/call of a function (a governed statement in the engine for each call)",
      "Each statement is decided and recorded anew, and run in a catalog of its own in an engine that stays open.",
      toolCall({ ...at, path: "/api/2.0/mcp/functions/bench/ops", tool: "bench__ops__twice", given: { n: 21 } }),
    ],
  ];
  const baseline_name = "a bare server of the MCP SDK, an empty tool with one append and fdatasync";
  const figures: Figure[] = [];
  for (const [name, note, target] of ours) {
    progress(`${name}: ${COUNTS.rounds} rounds`);
    figures.push(
      await compare({ name, baseline_name, unit: "calls/s", note }, { ours: callsOf(target), baseline, again }, COUNTS),
    );
  }
  return figures;
}

interface ToolCall {
  readonly port: number;
  readonly path: string;
  readonly token?: string;
  readonly tool: string;
  readonly given: object;
}

function toolCall({ port, path, token, tool, given }: ToolCall): Target {
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1" },
  };
  const params = { name: tool, arguments: given, _meta };
  return {
    port,
    method: "POST",
    path,
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": tool,
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
    holds: '"result"',
  };
}
