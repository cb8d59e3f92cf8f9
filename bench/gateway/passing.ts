import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { Pool } from "undici";
import { tellUsage } from "./told.ts";

const CONNECTIONS = 16;

/**
 * Serves a proxy that passes bodies on to the provider's port, which is the last part of the path that its parent names it by, and a
 * stream as it comes. `keep` is done with question and answer before the answer leaves.
 */
export function passOn(keep: (asked: Buffer, answered: Buffer) => Promise<void> | undefined): void {
  const upstream = new Pool(`http://127.0.0.1:${process.argv[2]!.split("-").at(-1)}`, { connections: CONNECTIONS });
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = await buffer(request);
    const { statusCode, headers, body } = await upstream.request({
      path: "/v1/chat/completions",
      method: "POST",
      headers: { "content-type": "application/json" },
      body: asked,
    });
    const type = String(headers["content-type"]);
    if (type.startsWith("text/event-stream")) {
      response.writeHead(statusCode, { "content-type": type });
      await pipeline(body, response);
      return;
    }
    const answered = Buffer.from(await body.arrayBuffer());
    await keep(asked, answered);
    response.writeHead(statusCode, { "content-type": type, "content-length": answered.length });
    response.end(answered);
  };
  const server = createServer((request, response) => void pass(request, response));
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
  tellUsage();
}
