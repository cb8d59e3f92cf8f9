/** The provider of the gateway's figures, a process of its own: one fixed answer of about 1 kB, in OpenAI's shape; not recorded. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { prose } from "./prose.ts";
import { tellProcessorTime } from "./told.ts";

const answer = JSON.stringify({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_700_000_000,
  model: "fixed",
  choices: [{ index: 0, message: { role: "assistant", content: prose(800) }, finish_reason: "stop" }],
  usage: { prompt_tokens: 200, completion_tokens: 200, total_tokens: 400 },
});

const server = createServer((request, response) => {
  request.resume().on("end", () => {
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(answer) });
    response.end(answer);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
tellProcessorTime();
