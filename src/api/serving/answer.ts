import type { Permit } from "#kernel/mod.ts";
import { type Fault, faultOf } from "#wire/errors.ts";
import type { ChatCompletionRequest } from "#wire/serving/chat.ts";
import { dataLines, type ResponsesRequest } from "#wire/serving/responses.ts";
import { type Call, Reply } from "../endpoint.ts";
import type { Services } from "../services.ts";

const streamHeaders = { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" };

/** The agent of the permit answers, streaming or not. */
export async function answerByAgent(
  { agents }: Services,
  permit: Permit<"endpoint.query">,
  body: ResponsesRequest,
  call: Call,
): Promise<object | Reply> {
  if (body.stream !== true) return await agents.invocations.complete(permit, body, call.signal);
  const events = await agents.invocations.stream(permit, body, call.signal);
  return new Reply({ headers: streamHeaders, body: dataLines(withError(events)) });
}

/** The chat model of the permit answers, streaming or not. Source of the header: databricks-sdk-py `query`. */
export async function answerByModel(
  { agents }: Services,
  permit: Permit<"endpoint.query">,
  request: ChatCompletionRequest,
  call: Call,
): Promise<Reply> {
  if (request.stream !== true) {
    const { served, completion } = await agents.chats.complete(permit, request, call.signal);
    return new Reply({ headers: { "served-model-name": served }, body: JSON.parse(JSON.stringify(completion)) });
  }
  const { served, chunks } = await agents.chats.stream(permit, request, call.signal);
  const headers = { ...streamHeaders, "served-model-name": served };
  return new Reply({ headers, body: dataLines(withError(chunks)) });
}

/** A failure amid a stream is its last event: status and headers have left long before. */
async function* withError<T extends object>(events: AsyncIterable<T>): AsyncIterable<T | object> {
  let failed: Fault | undefined;
  try {
    yield* events;
  } catch (thrown) {
    failed = faultOf(thrown);
  }
  if (failed) yield { error: { code: failed.code, error_code: failed.code, message: failed.message } };
}
