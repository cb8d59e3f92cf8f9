import type { Egress } from "#net/mod.ts";
import { faultOf } from "#wire/errors.ts";

/** A client's metadata document; real ones have a kilobyte. */
const DOCUMENT_BYTES_MAX = 5 * 1024;
const DOCUMENT_TIMEOUT_MS = 5_000;

/**
 * The one way out of the authorization server: a client's metadata document (draft-ietf-oauth-client-id-metadata-document), by the
 * egress function, which judges the address, and without redirects.
 */
export async function fetchDocument(egress: Egress, url: string, init: RequestInit | undefined): Promise<Response> {
  if ((init?.method ?? "GET") !== "GET") throw new TypeError("Only documents are fetched.");
  try {
    const answer = await egress.fetch(url, {
      purpose: "client",
      headers: { accept: "application/json" },
      timeout_ms: DOCUMENT_TIMEOUT_MS,
      bytes_max: DOCUMENT_BYTES_MAX,
      redirects_max: 0,
    });
    const { "cache-control": cache = "" } = answer.headers;
    return new Response(answer.text(), { status: answer.status, headers: { "cache-control": cache } });
  } catch (cause) {
    throw new Error(faultOf(cause).message, { cause });
  }
}
