import type { Egress } from "#net/mod.ts";
import { egressFetch } from "./egress-fetch.ts";

/** A client's metadata document; real ones have a kilobyte. */
const DOCUMENT_BYTES_MAX = 5 * 1024;
const DOCUMENT_TIMEOUT_MS = 2_500;

/**
 * What oidc-provider fetches, and nothing else: a client's metadata document (draft-ietf-oauth-client-id-metadata-document),
 * without redirects.
 */
export async function fetchDocument(egress: Egress, url: string, init: RequestInit | undefined): Promise<Response> {
  if ((init?.method ?? "GET") !== "GET") throw new TypeError("Only documents are fetched.");
  const bounds = {
    purpose: "client",
    timeout_ms: DOCUMENT_TIMEOUT_MS,
    bytes_max: DOCUMENT_BYTES_MAX,
    redirects_max: 0,
  } as const;
  return egressFetch(egress, bounds, url, { headers: { accept: "application/json" } });
}
