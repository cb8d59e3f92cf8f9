import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as LegacyTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { silentLog } from "#base/log.ts";
import { boot, type Platform } from "../../src/boot.ts";

const IDENTITY = { name: "test", version: "1" };

/** What both generations of the client can do, as the tests use it. */
interface Session {
  listTools(): Promise<{ tools: { name: string; description?: string | undefined }[] }>;
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<{ content?: unknown }>;
  close(): Promise<void>;
}

describe("the official MCP clients", () => {
  let data_dir: string;
  let platform: Platform;
  let token: string;

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-mcp-"));
    platform = await boot({ data_dir, port: 0, tls_port: 0, log: silentLog, progress: () => {} });
    token = (await readFile(platform.admin_token_path, "utf8")).trim();
    const request = async (path: string, body?: object): Promise<Record<string, unknown>> => {
      const headers = { authorization: `Bearer ${token}` };
      const sent = body ? { method: "POST", body: JSON.stringify(body) } : {};
      const response = await fetch(`http://localhost:${platform.port}${path}`, { headers, ...sent });
      return (await response.json()) as Record<string, unknown>;
    };
    const { warehouses } = await request("/api/2.0/sql/warehouses");
    const warehouse_id = (warehouses as { id: string }[])[0]!.id;
    for (const statement of [
      "CREATE CATALOG lake",
      "CREATE SCHEMA lake.s",
      "CREATE FUNCTION lake.s.twice(n INT COMMENT 'a number') RETURNS INT COMMENT 'Twice the number' RETURN n * 2",
    ]) {
      const answer = await request("/api/2.0/sql/statements", { statement, warehouse_id, wait_timeout: "50s" });
      assert.equal((answer.status as { state: string }).state, "SUCCEEDED", statement);
    }
  });

  after(async () => {
    await platform.close();
    await rm(data_dir, { recursive: true, force: true });
  });

  const url = (): URL => new URL(`http://localhost:${platform.port}/api/2.0/mcp/functions/lake/s`);
  const init = (): { requestInit: RequestInit } => ({ requestInit: { headers: { authorization: `Bearer ${token}` } } });

  const clients: readonly (readonly [name: string, connect: () => Promise<Session>])[] = [
    [
      "of the 2026 protocol",
      async () => {
        const client = new Client(IDENTITY, { versionNegotiation: { mode: "auto" } });
        await client.connect(new StreamableHTTPClientTransport(url(), init()));
        return client as Session;
      },
    ],
    [
      "of the 2025 protocol",
      async () => {
        const client = new LegacyClient(IDENTITY);
        await client.connect(new LegacyTransport(url(), init()) as Parameters<LegacyClient["connect"]>[0]);
        return client as Session;
      },
    ],
  ];
  for (const [name, connect] of clients) {
    it(`${name} list the functions, call one, and read why a call was refused`, async () => {
      const session = await connect();
      try {
        const { tools } = await session.listTools();
        assert.deepEqual(
          tools.map((tool) => [tool.name, tool.description]),
          [["lake__s__twice", "Twice the number"]],
        );
        const { content } = await session.callTool({ name: "lake__s__twice", arguments: { n: 21 } });
        const text = (content as { text: string }[])[0]!.text;
        assert.deepEqual(JSON.parse(text), { is_truncated: false, columns: ["output"], rows: [["42"]] });
        await assert.rejects(
          session.callTool({ name: "lake__s__twice", arguments: {} }),
          /BAD_REQUEST.*Missing parameter value/,
        );
        await assert.rejects(session.callTool({ name: "nothing", arguments: {} }), /BAD_REQUEST.*malformed/);
      } finally {
        await session.close();
      }
    });
  }
});
