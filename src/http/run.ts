import type { Endpoint, Entered, OpenCall } from "#api/endpoint.ts";
import { Reply } from "#api/endpoint.ts";
import type { Services } from "#api/services.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import { type InputParts, readInput } from "./input.ts";

/** A request after routing. */
export interface Incoming extends InputParts {
  /** The public URL with the request's path. */
  readonly url: string;
  readonly call: OpenCall;
}

/**
 * Runs one endpoint: authenticate, read the input, pass the gate, run, settle. The permit's record is durable before the
 * last byte of the reply leaves.
 * @throws Fault whatever the caller is to be told.
 */
export async function runEndpoint(endpoint: Endpoint, services: Services, incoming: Incoming): Promise<Reply> {
  const resource = endpoint.resource && incoming.url;
  const who = endpoint.open ? null : await services.identity.authenticate(incoming.call.authorization, resource);
  refuseTokenInQuery(incoming.query);
  const input = readInput(endpoint, incoming);
  const entered = await endpoint.enter(services, who, input, incoming.call);
  try {
    const made = await entered.reply();
    const reply = made instanceof Reply ? made : new Reply({ body: made as Reply["body"] });
    if (isStream(reply.body)) {
      const chunks = reply.isSettling ? reply.body : lastHeldBack(reply.body, entered);
      return new Reply({ ...reply, body: settled(chunks, entered) });
    }
    await entered.permit?.settle({ status: "ok" });
    return reply;
  } catch (thrown) {
    await entered.permit?.settle({ status: "error", error_code: faultOf(thrown).code });
    throw thrown;
  }
}

/** RFC 6750 section 2.3 tokens in URLs end in logs and histories: they are refused, whatever else the request carries. */
function refuseTokenInQuery(query: URLSearchParams): void {
  if (query.has("access_token")) {
    throw new Fault(
      "BAD_REQUEST",
      "A token must be sent in the Authorization header, never in the URL. Revoke it if it is still valid.",
    );
  }
}

function isStream(body: Reply["body"]): body is AsyncIterable<string> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}

/** The stream, whose permit is settled however it ends. */
async function* settled(chunks: AsyncIterable<string>, entered: Entered): AsyncGenerator<string> {
  let hasEnded = false;
  try {
    yield* chunks;
    await entered.permit?.settle({ status: "ok" });
    hasEnded = true;
  } catch (thrown) {
    await entered.permit?.settle({ status: "error", error_code: faultOf(thrown).code });
    throw thrown;
  } finally {
    if (!hasEnded) await entered.permit?.settle({ status: "error", error_code: "CANCELLED" });
  }
}

/** The stream, with its last chunk held back until the permit's record is durable. */
async function* lastHeldBack(chunks: AsyncIterable<string>, entered: Entered): AsyncGenerator<string> {
  let held: string | undefined;
  for await (const chunk of chunks) {
    if (held !== undefined) yield held;
    held = chunk;
  }
  await entered.permit?.settle({ status: "ok" });
  if (held !== undefined) yield held;
}
