import { malformed } from "./call.ts";

/** A line that is longer is no event of any protocol here, and would fill the memory. */
const LINE_CHARACTERS_MAX = 4 * 1024 * 1024;

/** An event of a stream: its name, where the protocol gives names, and its data. */
export interface ServerSent {
  readonly event: string | undefined;
  readonly data: string;
}

/** The events of a body. Source: HTML Living Standard, server-sent events. @throws Fault BAD_GATEWAY */
export async function* serverSent(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSent> {
  const decoder = new TextDecoder();
  let buffer = "";
  let event: string | undefined;
  let data: string[] = [];
  for await (const part of body) {
    buffer += decoder.decode(part, { stream: true });
    let from = 0;
    for (let end = buffer.indexOf("\n"); end >= 0; end = buffer.indexOf("\n", from)) {
      const line = buffer.slice(from, buffer[end - 1] === "\r" ? end - 1 : end);
      from = end + 1;
      if (line.startsWith("data:")) data.push(line.slice(line[5] === " " ? 6 : 5));
      else if (line.startsWith("event:")) event = line.slice("event:".length).trim();
      else if (line === "" && data.length > 0) {
        yield { event, data: data.join("\n") };
        event = undefined;
        data = [];
      }
    }
    buffer = buffer.slice(from);
    if (buffer.length > LINE_CHARACTERS_MAX) malformed("a line of its stream has no end", true);
  }
}
