import type { Dispatcher } from "undici";
import type { EgressTarget } from "./egress-target.ts";
import type { EgressRequest } from "./exchange.ts";
import { explained, unreachable } from "./failures.ts";

/** An answer that was read to its end. */
export interface WholeAnswer {
  readonly statusCode: number;
  readonly headers: Dispatcher.ResponseData["headers"];
  readonly bytes: Buffer;
}

interface Bounds {
  readonly timeout_ms: number;
  readonly bytes_max: number;
}

/**
 * Calls a target and reads its answer to the end as it comes, with neither a stream nor a signal of its own in between: they cost more
 * than a small answer. @throws Fault as `explained`.
 */
export function readToEnd(
  dispatcher: Dispatcher,
  target: EgressTarget,
  { method = "GET", headers, body, signal, purpose }: EgressRequest,
  { timeout_ms, bytes_max }: Bounds,
): Promise<WholeAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<WholeAnswer>();
  const deadline = { aborted: false };
  const chunks: Buffer[] = [];
  let size = 0;
  let begun: Pick<WholeAnswer, "statusCode" | "headers"> | undefined;
  let controller: Dispatcher.DispatchController | undefined;
  let isOver = false;
  const end = (): void => {
    isOver = true;
    clearTimeout(timer);
    signal?.removeEventListener("abort", leave);
  };
  const fail = (thrown: Error): void => {
    if (isOver) return;
    end();
    reject(explained(thrown, { target, purpose, deadline }));
    controller?.abort(thrown);
  };
  const leave = (): void => fail(new DOMException("The caller went away.", "AbortError"));
  const timer = setTimeout(() => {
    deadline.aborted = true;
    fail(new Error("Its time is over."));
  }, timeout_ms).unref();
  if (signal?.aborted) {
    leave();
    return promise;
  }
  signal?.addEventListener("abort", leave);
  const { origin, pathname, search } = target.url;
  const call = { origin, path: `${pathname}${search}`, method, headers: { ...headers }, body: body ?? null };
  dispatcher.dispatch(
    { ...call, headersTimeout: 0, bodyTimeout: 0 },
    {
      onRequestStart: (started) => {
        controller = started;
        if (isOver) started.abort(new Error("Nobody waits for it."));
      },
      onResponseStart: (_, statusCode, answered) => {
        if (statusCode >= 200) begun = { statusCode, headers: answered };
      },
      onResponseData: (_, chunk) => {
        size += chunk.length;
        if (size > bytes_max) fail(unreachable(target, `its answer exceeds ${bytes_max} bytes`));
        else chunks.push(chunk);
      },
      onResponseEnd: () => {
        if (isOver || !begun) return;
        end();
        resolve({ ...begun, bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) });
      },
      onResponseError: (_, error) => fail(error),
    },
  );
  return promise;
}
