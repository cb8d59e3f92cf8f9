import type { Egress } from "#net/mod.ts";
import { faultOf } from "#wire/errors.ts";

type Bounds = Pick<Parameters<Egress["fetch"]>[1], "purpose" | "timeout_ms" | "bytes_max" | "redirects_max">;

interface Init {
  readonly method?: string;
  readonly headers?: unknown;
  readonly body?: unknown;
}

/**
 * The egress function in the shape of `fetch`, for libraries that take one. GET, and POST of a form; nothing else leaves.
 * @throws Error with what the egress function says of a refused or unreachable address.
 */
export async function egressFetch(egress: Egress, bounds: Bounds, url: string, init: Init = {}): Promise<Response> {
  const { method = "GET", headers, body } = init;
  if (method !== "GET" && method !== "POST") throw new TypeError(`Nothing is sent by ${method}.`);
  const sent = body instanceof URLSearchParams || typeof body === "string" ? String(body) : undefined;
  try {
    const answer = await egress.fetch(url, {
      ...bounds,
      method,
      headers: Object.fromEntries(new Headers(headers as HeadersInit)),
      ...(sent !== undefined && { body: sent }),
    });
    const empty = answer.status === 204 || answer.status === 304;
    return new Response(empty ? null : answer.text(), { status: answer.status, headers: answer.headers });
  } catch (cause) {
    throw new Error(faultOf(cause).message, { cause });
  }
}
