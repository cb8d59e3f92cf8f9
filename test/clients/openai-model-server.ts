import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A chat completions request as the server got it. */
export interface ModelRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    readonly model: string;
    readonly stream?: boolean;
    readonly tools?: readonly { readonly function: { readonly name: string } }[];
    readonly messages: readonly { readonly role: string; readonly content?: string | null }[];
  };
}

/** A small OpenAI-compatible server, whose model does what the question says. */
export interface ModelServer extends AsyncDisposable {
  /** With its version part. */
  readonly base_url: string;
  readonly port: number;
  readonly requests: readonly ModelRequest[];
  /** Resolves when a request is held, as a question with the word `hold` asks for. It is never answered. */
  held(): Promise<void>;
}

/** What the model says before it calls a tool. */
export const PREAMBLE = "I look it up.";

/** How its answer begins; what the tool returned follows. */
export const ANSWER = "The tool returned ";

/**
 * Calls the tool whose name ends in `top_airports` for one airport, then repeats what it returned. `hold` in the question keeps
 * the answer to the tool's result back, `limit` is answered by 429 and `break` by a connection that ends amid the answer.
 */
export async function startModelServer(): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  const holding = new EventTarget();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const got: ModelRequest = { path: request.url!, headers: request.headers, body: JSON.parse(body) };
      requests.push(got);
      const question = got.body.messages.findLast(({ role }) => role === "user")?.content ?? "";
      const result = got.body.messages.findLast(({ role }) => role === "tool")?.content;
      if (/limit/.test(question))
        return void response.writeHead(429).end(`slow down, ${request.headers.authorization}`);
      if (/hold/.test(question) && result) return void holding.dispatchEvent(new Event("held"));
      if (/break/.test(question)) return breakOff(response);
      stream(response, result ? halves(`${ANSWER}${result}`) : toolCall(got));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    base_url: `http://127.0.0.1:${port}/v1`,
    port,
    requests,
    held: async () => void (await once(holding, "held")),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function toolCall({ body: { tools = [] } }: ModelRequest): readonly object[] {
  const name = tools.map((tool) => tool.function.name).find((one) => one.endsWith("top_airports"));
  if (!name) return halves("There is no such tool.");
  const call = { index: 0, id: "call_of_model", type: "function" };
  return [
    { content: PREAMBLE },
    { tool_calls: [{ ...call, function: { name, arguments: "" } }] },
    { tool_calls: [{ index: 0, function: { arguments: '{"n"' } }] },
    { tool_calls: [{ index: 0, function: { arguments: ": 1}" } }] },
  ];
}

function halves(words: string): readonly object[] {
  const half = words.length >> 1;
  return [{ content: words.slice(0, half) }, { content: words.slice(half) }];
}

function stream(response: ServerResponse, deltas: readonly object[]): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const delta of deltas) response.write(chunkOf(delta));
  response.end("data: [DONE]\n\n");
}

function breakOff(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(chunkOf({ content: "The answer is" }), () => response.destroy());
}

const chunkOf = (delta: object): string => {
  const choices = [{ index: 0, delta, finish_reason: null }];
  return `data: ${JSON.stringify({ id: "c1", object: "chat.completion.chunk", created: 1, model: "upstream", choices })}\n\n`;
};
