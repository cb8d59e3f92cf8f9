/** The baseline of the gateway's figures, a process of its own: passes bodies on to the provider's port, and does nothing else. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { Pool } from "undici";
import { tellProcessorTime } from "./told.ts";

const CONNECTIONS = 16;

/** The last part of the path that its parent names it by. */
const upstream = new Pool(`http://127.0.0.1:${process.argv[2]!.split("-").at(-1)}`, { connections: CONNECTIONS });

async function pass(request: IncomingMessage): Promise<{ readonly status: number; readonly body: Buffer }> {
  const headers = { "content-type": "application/json" };
  const sent = await buffer(request);
  const { statusCode, body } = await upstream.request({
    path: "/v1/chat/completions",
    method: "POST",
    headers,
    body: sent,
  });
  return { status: statusCode, body: Buffer.from(await body.arrayBuffer()) };
}

const server = createServer((request, response) => {
  void pass(request).then(({ status, body }) => {
    response.writeHead(status, { "content-type": "application/json", "content-length": body.length });
    response.end(body);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
tellProcessorTime();
