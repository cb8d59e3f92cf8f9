import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { silentLog } from "#base/log.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { clients } from "./mcp-clients.ts";

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

  for (const [name, connect] of clients) {
    it(`${name} list the functions, call one, and read why a call was refused`, async () => {
      const session = await connect(`http://localhost:${platform.port}/api/2.0/mcp/functions/lake/s`, token);
      try {
        const { tools } = await session.listTools();
        assert.deepEqual(
          tools.map((tool) => [tool.name, tool.description]),
          [["lake__s__twice", "Twice the number"]],
        );
        const { content } = await session.callTool({ name: "lake__s__twice", arguments: { n: 21 } });
        const text = content[0]!.text;
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
