import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as LegacyTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const IDENTITY = { name: "test", version: "1" };

/** What both generations of the official client can do, as the tests use it. */
export interface McpSession {
  listTools(): Promise<{ tools: { name: string; description?: string | undefined }[] }>;
  callTool(call: { name: string; arguments: Record<string, unknown>; _meta?: Record<string, unknown> }): Promise<{
    content: { type: string; text: string }[];
    structuredContent?: unknown;
    _meta?: Record<string, unknown>;
  }>;
  close(): Promise<void>;
}

type Connect = (url: string, token: string) => Promise<McpSession>;

const init = (token: string): { requestInit: RequestInit } => ({
  requestInit: { headers: { authorization: `Bearer ${token}` } },
});

/** The official clients, connected to a server under a token. */
export const clients: readonly (readonly [name: string, connect: Connect])[] = [
  [
    "of the 2026 protocol",
    async (url, token) => {
      const client = new Client(IDENTITY, { versionNegotiation: { mode: "auto" } });
      await client.connect(new StreamableHTTPClientTransport(new URL(url), init(token)));
      return client as unknown as McpSession;
    },
  ],
  [
    "of the 2025 protocol",
    async (url, token) => {
      const client = new LegacyClient(IDENTITY);
      const transport = new LegacyTransport(new URL(url), init(token));
      await client.connect(transport as Parameters<LegacyClient["connect"]>[0]);
      return client as unknown as McpSession;
    },
  ],
];
