import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { Reply } from "#api/endpoint.ts";

/** Writes a reply. Every one carries its request id and may not be stored by caches on the way. */
export async function send(
  reply: FastifyReply,
  made: Pick<Reply, "status" | "headers" | "body">,
  request_id: string,
): Promise<void> {
  const { body } = made;
  reply.code(made.status);
  reply.headers({
    "x-request-id": request_id,
    "cache-control": "no-store",
    "content-type": typeOf(body),
    ...made.headers,
  });
  if (body === null) return void (await reply.send());
  if (typeof body === "string") return void (await reply.send(body));
  if (isStream(body)) return void (await reply.send(Readable.from(body, { objectMode: false })));
  await reply.send(JSON.stringify(body));
}

function isStream(body: Reply["body"]): body is AsyncIterable<string> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}

function typeOf(body: Reply["body"]): string {
  if (typeof body === "string") return "text/plain; charset=utf-8";
  return isStream(body) ? "text/event-stream; charset=utf-8" : "application/json; charset=utf-8";
}
