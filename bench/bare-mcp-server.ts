/**
 * The baseline of the MCP figure, a process of its own: the SDK's server as its documentation sets it up, with one empty tool that
 * makes one durable write for each call. Appends to the file that its first argument names; sends its port to its parent.
 */
import { open } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";

const file = await open(process.argv[2]!, "a");

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: "bare", version: "1.0.0" });
  server.registerTool("empty", { description: "Does nothing, durably" }, async () => {
    await file.appendFile("called\n");
    await file.datasync();
    return { content: [{ type: "text", text: "done" }] };
  });
  return server;
});

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

const server = createServer((incoming, outgoing) => {
  void (async () => {
    const headers = Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
      typeof value === "string" ? [[name, value]] : [],
    );
    const url = `http://${incoming.headers.host}${incoming.url}`;
    const request = new Request(url, { method: "POST", headers, body: await textOf(incoming) });
    const response = await handler.fetch(request);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(await response.text());
  })();
});
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on("disconnect", () => process.exit(0));
