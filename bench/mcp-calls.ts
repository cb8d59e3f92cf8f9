import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pool } from "undici";
import { compare, type Figure, type Variant } from "./figure.ts";

const COUNTS = { warm_up: 2, rounds: 15 } as const;

/** How long calls are counted for one sample. */
const WINDOW_MS = 1500;

/** Calls under way at once, each on a connection of its own. */
const CALLS_AT_ONCE = 8;

/** One call of one tool, over and over. */
interface Target {
  readonly port: number;
  readonly path: string;
  readonly token?: string;
  readonly tool: string;
  readonly given: object;
}

/** Calls of a tool per second, of Lakeward's servers against a bare one of the SDK that makes one durable write for each call. */
export async function mcpCalls(progress: (text: string) => void): Promise<readonly Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), "lakeward-bench-mcp-"));
  const children: ChildProcess[] = [];
  const start = async <T>(program: string, argument: string): Promise<T> => {
    const child = fork(join(import.meta.dirname, program), [argument], { stdio: "inherit" });
    children.push(child);
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`${program} ended with ${code} before it was ready; its output above says why.`);
    });
    const [said] = (await Promise.race([once(child, "message"), ended])) as [T];
    ended.catch(() => {});
    return said;
  };
  const bare = async (file: string): Promise<Target> => {
    const { port } = await start<{ port: number }>("bare-mcp-server.ts", join(directory, file));
    return { port, path: "/", tool: "empty", given: {} };
  };
  try {
    progress("starting a platform and two bare servers");
    const { port, token, statement_id } = await start<{ port: number; token: string; statement_id: string }>(
      "platform.ts",
      join(directory, "data"),
    );
    const baseline = callsOf(await bare("bare"));
    const again = callsOf(await bare("again"));
    const at = { port, token };
    const ours: readonly (readonly [name: string, note: string, target: Target])[] = [
      [
        "tools/call of poll_sql_result (token, permits and journal; no statement runs)",
        "Token, groups and facts are read from Postgres at every call, one after the other; nothing is cached.",
        { ...at, path: "/api/2.0/mcp/sql", tool: "poll_sql_result", given: { statement_id } },
      ],
      [
        "tools/call of a function (a governed statement in the engine for each call)",
        "Each statement runs in a fresh, locked engine of its own: making one takes about 15 ms of a core.",
        { ...at, path: "/api/2.0/mcp/functions/bench/ops", tool: "bench__ops__twice", given: { n: 21 } },
      ],
    ];
    const baseline_name = "a bare server of the MCP SDK, an empty tool with one append and fdatasync";
    const figures: Figure[] = [];
    for (const [name, note, target] of ours) {
      progress(`${name}: ${COUNTS.rounds} rounds`);
      figures.push(
        await compare(
          { name, baseline_name, unit: "calls/s", note },
          { ours: callsOf(target), baseline, again },
          COUNTS,
        ),
      );
    }
    return figures;
  } finally {
    for (const child of children) {
      if (!child.connected) continue;
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    }
    await rm(directory, { recursive: true, force: true });
  }
}

/** Calls per second within one window. @throws Error for a call that fails: a fast error is no figure. */
function callsOf({ port, path, token, tool, given }: Target): Variant {
  const pool = new Pool(`http://localhost:${port}`, { connections: CALLS_AT_ONCE });
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1" },
  };
  const params = { name: tool, arguments: given, _meta };
  const request = {
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
  } as const;
  const call = async (): Promise<void> => {
    const { statusCode, body } = await pool.request(request);
    const text = await body.text();
    if (statusCode !== 200 || !text.includes('"result"')) throw new Error(`${tool}: ${statusCode} ${text}`);
  };
  return {
    measure: async () => {
      let calls = 0;
      const started_ms = performance.now();
      const end_ms = started_ms + WINDOW_MS;
      const caller = async (): Promise<void> => {
        while (performance.now() < end_ms) {
          await call();
          calls += 1;
        }
      };
      await Promise.all(Array.from({ length: CALLS_AT_ONCE }, caller));
      return calls / ((performance.now() - started_ms) / 1000);
    },
  };
}
