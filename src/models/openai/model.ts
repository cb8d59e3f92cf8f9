import { isJsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import type { ChatCompletion, ChatCompletionChunk, ChatCompletionRequest } from "#wire/serving/chat.ts";
import { parseJson } from "#wire/serving/chat.ts";
import type { ChatModel } from "../port.ts";

interface ModelCall {
  readonly purpose: "model";
  readonly method: "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeout_ms: number;
  readonly signal?: AbortSignal;
}

/** The egress function, as far as a model needs it. */
export interface ModelEgress {
  fetch(url: string, options: ModelCall): Promise<{ readonly status: number; text(): string }>;
  open(url: string, options: ModelCall): Promise<{ readonly status: number; readonly body: AsyncIterable<Uint8Array> }>;
}

/** The longest a model may take for one answer; agents give up sooner. */
const MODEL_TIMEOUT_MS = 120_000;

export interface OpenAiServer {
  /** With its version part: `https://api.openai.com/v1`. */
  readonly base_url: string;
  readonly api_key?: string;
  /** The name that server knows the model by. */
  readonly model: string;
}

/**
 * The model of another server; requests go through unchanged but for the model's name.
 * @throws Fault RESOURCE_EXHAUSTED when that server limits us, BAD_REQUEST when it refuses the request, BAD_GATEWAY otherwise.
 */
export function openaiModel(server: OpenAiServer, egress: ModelEgress): ChatModel {
  const url = `${server.base_url.replace(/\/+$/, "")}/chat/completions`;
  const call = (request: ChatCompletionRequest, signal: AbortSignal | undefined): ModelCall => ({
    purpose: "model",
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(server.api_key && { authorization: `Bearer ${server.api_key}` }),
    },
    body: JSON.stringify({ ...request, model: server.model }),
    timeout_ms: MODEL_TIMEOUT_MS,
    ...(signal && { signal }),
  });
  return {
    complete: async (request, signal) => {
      const response = await egress.fetch(url, call({ ...request, stream: false }, signal));
      if (response.status !== 200) throw refusal(response.status, response.text());
      const completion = parseJson(response.text());
      if (!isCompletion(completion)) {
        throw new Fault("BAD_GATEWAY", "The model's server answered with something else than a chat completion.");
      }
      return completion;
    },
    async *stream(request, signal) {
      const response = await egress.open(url, call({ ...request, stream: true }, signal));
      if (response.status !== 200) throw refusal(response.status, await textFrom(response.body));
      yield* readEvents(response.body);
    },
  };
}

function isCompletion(value: unknown): value is ChatCompletion {
  return isJsonObject(value) && Array.isArray(value.choices) && value.choices.length > 0;
}

function isChunk(value: unknown): value is ChatCompletionChunk {
  return isJsonObject(value) && Array.isArray(value.choices);
}

async function textFrom(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const part of body) text += decoder.decode(part, { stream: true });
  return text;
}

/** What kind of error it calls it. Its words stay out of the log: servers repeat the key and the prompt that they were sent. */
function kindOf(text: string): string {
  const said = parseJson(text);
  const error = isJsonObject(said) ? said.error : undefined;
  const kind = isJsonObject(error) ? (error.code ?? error.type) : undefined;
  return typeof kind === "string" && /^[a-z_]{1,48}$/.test(kind) ? `: ${kind}` : "";
}

function refusal(status: number, text: string): Fault {
  const internal = `model server answered ${status}${kindOf(text)}`;
  if (status === 429) {
    return new Fault("RESOURCE_EXHAUSTED", "The model's server limits the rate. Try again later.", { internal });
  }
  if (status === 400 || status === 422) {
    return new Fault("BAD_REQUEST", "The model's server refused the request. Check its parameters and tools.", {
      internal,
    });
  }
  return new Fault("BAD_GATEWAY", `The model's server answered with status ${status}. Ask an administrator.`, {
    internal,
  });
}

/** Server-sent events: `data:` lines up to `[DONE]`. */
async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncIterable<ChatCompletionChunk> {
  const decoder = new TextDecoder();
  let buffer = "";
  for await (const part of body) {
    buffer += decoder.decode(part, { stream: true });
    const lines = buffer.split(/\r?\n/);
    buffer = lines.pop()!;
    for (const line of lines) {
      const data = line.startsWith("data:") ? line.slice("data:".length).trim() : "";
      if (data === "[DONE]") return;
      const chunk = parseJson(data);
      if (isChunk(chunk)) yield chunk;
    }
  }
}
