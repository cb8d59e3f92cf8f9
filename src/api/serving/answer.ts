import type { Answered } from "#gateway/mod.ts";
import { Reply } from "../endpoint.ts";

/** An answer as a reply: whole as JSON, or server-sent events. Source of the headers: databricks-sdk-py `query`. */
export function replyOf({ headers, body }: Answered): Reply {
  if (!(Symbol.asyncIterator in body)) return new Reply({ headers, body });
  const stream = { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" };
  return new Reply({ headers: { ...stream, ...headers }, body: body as AsyncIterable<string>, isSettling: true });
}
