import type { JsonObject } from "#base/json.ts";

/** A server-sent event that is its data alone. */
export const dataEvent = (body: object): string => `data: ${JSON.stringify(body)}\n\n`;

/** A server-sent event that also has its data's type as its name. */
export const typedEvent = (body: JsonObject & { readonly type: string }): string =>
  `event: ${body.type}\n${dataEvent(body)}`;

/** The end of a stream as OpenAI's older protocols have it. */
export const DONE = "data: [DONE]\n\n";
