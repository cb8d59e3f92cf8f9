import { isJsonObject, type JsonObject } from "#base/json.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import { parseJson } from "#wire/serving/chat.ts";
import { ProviderFailure } from "../failure.ts";
import type { ProviderEgress } from "./egress.ts";
import { objectIn } from "./read.ts";

/** The longest that a provider may take for one answer, streams included. */
const ANSWER_MS_MAX = 300_000;
/** Of one answer, streams included: about a thousand vectors of 1,536 numbers. A stream says each token in some 200 bytes. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;

/** What a provider is sent. */
export interface Outgoing {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Text where a signature is over it, or where it is no JSON. */
  readonly body: JsonObject | string;
  /** Statuses that this provider gives for a failure of its own, as what others give for it. */
  readonly statuses?: Readonly<Record<number, number>>;
}

/**
 * Sends a body as JSON and gives the answer's body, of status 200 alone. What failed is told by the cause, a ProviderFailure; the
 * provider's own words stay here, since providers repeat the key and the prompt that they were sent.
 * @throws Fault RESOURCE_EXHAUSTED, BAD_REQUEST, BAD_GATEWAY, DEADLINE_EXCEEDED; CANCELLED when the caller went away.
 */
export async function send(
  egress: ProviderEgress,
  { url, headers, body, statuses }: Outgoing,
  signal: AbortSignal,
  isWhole = false,
): Promise<AsyncIterable<Uint8Array>> {
  const answer = await egress
    .open(url, {
      purpose: "model",
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
      timeout_ms: ANSWER_MS_MAX,
      bytes_max: ANSWER_BYTES_MAX,
      signal,
      isWhole,
    })
    .catch((thrown: unknown) => Promise.reject(unanswered(thrown, false)));
  if (answer.status === 200) return pieces(answer.body);
  const said = await textOf(pieces(answer.body)).catch(() => "");
  throw failed({
    status: statuses?.[answer.status] ?? answer.status,
    retry_after_ms: retryAfterOf(answer.headers),
    kind: answer.headers["x-amzn-errortype"]?.split(":")[0] ?? kindOf(said),
  });
}

/** The body whole, as JSON. @throws Fault BAD_GATEWAY when it is none. */
export async function sendWhole(egress: ProviderEgress, outgoing: Outgoing, signal: AbortSignal): Promise<JsonObject> {
  const answer = parseJson(await textOf(await send(egress, outgoing, signal, true)));
  return isJsonObject(answer) ? answer : malformed("its answer is no JSON object");
}

/** @throws Fault BAD_GATEWAY: what came is not what the protocol has. */
export function malformed(why: string, isMidStream = false): never {
  throw new Fault(
    "BAD_GATEWAY",
    `The model's provider answered wrongly: ${why}. Try again later, or ask an administrator.`,
    { cause: new ProviderFailure({ status: null, isMidStream }) },
  );
}

/** A connection that broke, or took too long. The caller's own leaving is no failure of the provider. */
function unanswered(thrown: unknown, isMidStream: boolean): Fault {
  const fault = faultOf(thrown);
  const isProviders = fault.code === "BAD_GATEWAY" || fault.code === "DEADLINE_EXCEEDED";
  if (!isProviders || fault.cause instanceof ProviderFailure) return fault;
  const { internal } = fault.options;
  const cause = new ProviderFailure({ status: null, isMidStream });
  return new Fault(fault.code, fault.message, internal === undefined ? { cause } : { cause, internal });
}

async function* pieces(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let isMidStream = false;
  try {
    for await (const piece of body) {
      isMidStream = true;
      yield piece;
    }
  } catch (thrown) {
    throw unanswered(thrown, isMidStream);
  }
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const part of body) text += decoder.decode(part, { stream: true });
  return text + decoder.decode();
}

/** What kind of error the provider calls it: OpenAI's and Anthropic's `error.code` and `error.type`, Google's `error.status`. */
function kindOf(text: string): string | undefined {
  const error = objectIn(objectIn(parseJson(text)).error);
  return [error.code, error.type, error.status].find((one) => typeof one === "string") as string | undefined;
}

const retryAfterOf = (headers: Readonly<Record<string, string>>): number | null => {
  const { "retry-after": seconds = "" } = headers;
  return /^\d{1,9}$/.test(seconds) ? Number(seconds) * 1000 : null;
};

/** How a provider said that it failed. */
export interface Failed {
  /** HTTP status, or the one that an error within a stream stands for. */
  readonly status: number;
  readonly retry_after_ms?: number | null;
  /** Its own name for the error: kept for the log when it is a name and no sentence. */
  readonly kind?: string | undefined;
  readonly isMidStream?: boolean;
}

/** The fault for what a provider answered instead of an answer, in our own words. */
export function failed({ status, retry_after_ms = null, kind = "", isMidStream = false }: Failed): Fault {
  const named = /^[A-Za-z_]{1,48}$/.test(kind) ? `: ${kind}` : "";
  const options = {
    cause: new ProviderFailure({ status, retry_after_ms, isMidStream }),
    internal: `the provider answered ${status}${named}`,
  };
  if (status === 429)
    return new Fault("RESOURCE_EXHAUSTED", "The model's provider limits the rate. Try again later.", {
      ...options,
      ...(retry_after_ms !== null && { headers: { "retry-after": String(retry_after_ms / 1000) } }),
    });
  if (status === 400 || status === 413 || status === 422)
    return new Fault(
      "BAD_REQUEST",
      "The model's provider refused the request. Check its parameters and tools.",
      options,
    );
  if (status === 401 || status === 403)
    return new Fault(
      "BAD_GATEWAY",
      "The model's provider refused the endpoint's credential. Ask the endpoint's owner to renew it.",
      options,
    );
  return new Fault("BAD_GATEWAY", `The model's provider answered with status ${status}. Try again later.`, options);
}
