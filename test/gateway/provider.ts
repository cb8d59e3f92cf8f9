import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A chat completions request as a provider got it. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    readonly model: string;
    readonly stream?: boolean;
    readonly n?: number;
    readonly messages: readonly { readonly role: string; readonly content: unknown }[];
    readonly [field: string]: unknown;
  };
}

/** What a provider does with a request. Shapes after the types of the `openai` package; not recorded. */
export type Behaviour = (received: Received, response: ServerResponse) => void;

/** A provider with OpenAI's protocol, which does what it is told; each request by the behaviour that is set then. */
export interface Provider extends AsyncDisposable {
  readonly port: number;
  readonly base_url: string;
  readonly received: Received[];
  behaviour: Behaviour;
}

export async function startProvider(behaviour: Behaviour): Promise<Provider> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const got: Received = { path: request.url!, headers: request.headers, body: JSON.parse(body) };
      received.push(got);
      provider.behaviour(got, response);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const provider: Provider = {
    port,
    base_url: `http://127.0.0.1:${port}/v1`,
    received,
    behaviour,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return provider;
}

export const USAGE = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };

/** Answers with this text, whole or word by word, as it was asked; `n` times when asked so. */
export const saying =
  (words: string, usage: object | null = USAGE): Behaviour =>
  ({ body }, response) => {
    const choices = Array.from({ length: body.n ?? 1 }, (_, index) => index);
    const shared = { id: "c1", created: 1, model: body.model };
    if (body.stream !== true) {
      const message = { role: "assistant", content: words, refusal: null };
      const made = choices.map((index) => ({ index, message, logprobs: null, finish_reason: "stop" }));
      const whole = { ...shared, object: "chat.completion", choices: made, ...(usage && { usage }) };
      return void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(whole));
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    const send = (more: object) =>
      response.write(`data: ${JSON.stringify({ ...shared, object: "chat.completion.chunk", ...more })}\n\n`);
    for (const piece of words.match(/\S*\s*/g) ?? [])
      if (piece)
        for (const index of choices) send({ choices: [{ index, delta: { content: piece }, finish_reason: null }] });
    for (const index of choices) send({ choices: [{ index, delta: {}, finish_reason: "stop" }] });
    if (usage) send({ choices: [], usage });
    response.end("data: [DONE]\n\n");
  };

/** Answers each text with a vector of one number in each place: the text's length. The last text's comes first, as it may. */
export const embedding =
  (dimensions: number, usage: object | null = { prompt_tokens: 11, total_tokens: 11 }): Behaviour =>
  ({ body }, response) => {
    const data = (body.input as readonly string[]).map((text, index) => ({
      object: "embedding",
      index,
      embedding: Array.from({ length: dimensions }, () => text.length),
    }));
    const whole = { object: "list", data: data.toReversed(), model: body.model, ...(usage && { usage }) };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(whole));
  };

/** Refuses, in words that no caller may ever hear. */
export const failing =
  (status: number, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  ({ headers: sent }, response) =>
    void response.writeHead(status, headers).end(JSON.stringify({ error: { message: `no, ${sent.authorization}` } }));

/** Begins to answer and breaks off. */
export const breaking: Behaviour = ({ body }, response) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const choices = [{ index: 0, delta: { content: "The answer is" }, finish_reason: null }];
  const chunk = { id: "c1", object: "chat.completion.chunk", created: 1, model: body.model, choices };
  response.write(`data: ${JSON.stringify(chunk)}\n\n`, () => response.destroy());
};

/** Never answers. */
export const silent: Behaviour = () => {};
