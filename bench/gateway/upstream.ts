/** The provider of the gateway's figures, a process of its own: one fixed answer of about 1 kB, in OpenAI's shape; not recorded. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { prose } from "./prose.ts";
import { tellUsage } from "./told.ts";

const SAID = prose(800);
const usage = { prompt_tokens: 200, completion_tokens: 200, total_tokens: 400 };
const frame = { id: "chatcmpl-1", created: 1_700_000_000, model: "fixed" };
const answer = JSON.stringify({
  ...frame,
  object: "chat.completion",
  choices: [{ index: 0, message: { role: "assistant", content: SAID }, finish_reason: "stop" }],
  usage,
});

const chunk = (choices: readonly object[], more: object = {}): string =>
  `data: ${JSON.stringify({ ...frame, object: "chat.completion.chunk", choices, ...more })}\n\n`;
const words = SAID.match(/\S+\s*/g)!.map((content) => chunk([{ index: 0, delta: { content }, finish_reason: null }]));
/** The first word by itself, the others together some time later. */
const FIRST = words[0]!;
const REST = [
  ...words.slice(1),
  chunk([{ index: 0, delta: {}, finish_reason: "stop" }]),
  chunk([], { usage }),
  "data: [DONE]\n\n",
].join("");
const REST_MS = 20;

const server = createServer(async (request, response) => {
  const isStreaming = /"stream":true/.test(await text(request));
  if (!isStreaming) {
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(answer) });
    response.end(answer);
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(FIRST);
  setTimeout(() => response.end(REST), REST_MS);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
tellUsage();
