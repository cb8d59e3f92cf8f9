import { Type } from "typebox";
import { Fault } from "#wire/errors.ts";

/** Items on a page unless asked for fewer. */
const PAGE_ITEMS_MAX = 1000;

/** Page parameters of account lists. Source: databricks-sdk-py `service/oauth2.py`. */
export const pageInput = {
  page_size: Type.Optional(Type.Integer({ minimum: 0 })),
  page_token: Type.Optional(Type.String()),
};

interface PageAsked {
  readonly page_size?: number | undefined;
  readonly page_token?: string | undefined;
}

/**
 * One page of `all`, which is in a fixed order, and the token of the next one: the key of the last item on it.
 * @throws Fault INVALID_PARAMETER_VALUE on a token that is none.
 */
export function pageOf<T>(all: readonly T[], asked: PageAsked, keyOf: (item: T) => string) {
  const after = asked.page_token ? decoded(asked.page_token) : undefined;
  const start = after === undefined ? 0 : all.findIndex((item) => keyOf(item) === after) + 1;
  if (after !== undefined && start === 0) throw unknownToken();
  const items = all.slice(start, start + Math.min(asked.page_size || PAGE_ITEMS_MAX, PAGE_ITEMS_MAX));
  const last = items.at(-1);
  const more = last !== undefined && start + items.length < all.length;
  return { items, next: more ? { next_page_token: Buffer.from(keyOf(last)).toString("base64url") } : {} };
}

function decoded(page_token: string): string {
  const text = Buffer.from(page_token, "base64url").toString("utf8");
  if (Buffer.from(text, "utf8").toString("base64url") !== page_token) throw unknownToken();
  return text;
}

const unknownToken = (): Fault =>
  new Fault("INVALID_PARAMETER_VALUE", "'page_token' is not one of this list. Start again without it.");
