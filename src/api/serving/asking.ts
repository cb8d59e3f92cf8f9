import type { JsonObject } from "#base/json.ts";
import { type Asking, REQUEST_TAGS_HEADER } from "#gateway/mod.ts";
import type { Call } from "../endpoint.ts";

/** A body as the gateway is asked with it, and what of the request around it the gateway reads. */
export const askingOf = (body: object, { headers, signal }: Call): Asking => ({
  body: body as JsonObject,
  tags: headers[REQUEST_TAGS_HEADER],
  signal,
});
