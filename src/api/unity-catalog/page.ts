import type { What } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";

/** Items on a page when the client leaves its length to the server, and at most. */
const PAGE_ITEMS_MAX = 1000;

interface Named {
  readonly name: string;
}

/** The page's part of `visible`, and the token of the next one. */
export interface Page<T extends Named = What> {
  readonly items: readonly T[];
  readonly next: { readonly next_page_token?: string };
}

/** Those candidates that lie on this page or a later one. @throws Fault INVALID_PARAMETER_VALUE on a token that is not ours. */
export function fromPage<T extends Named>(candidates: readonly T[], page_token: string | undefined): readonly T[] {
  if (!page_token) return candidates;
  const after = Buffer.from(page_token, "base64url").toString("utf8");
  if (Buffer.from(after, "utf8").toString("base64url") !== page_token)
    throw new Fault("INVALID_PARAMETER_VALUE", "'page_token' is not one of this list. Start again without it.");
  return candidates.filter((one) => one.name > after);
}

/**
 * One page of what the gate let through, in order of name. Its token is the last name on it, which the caller may know;
 * never the name of something that was filtered out.
 */
export function pageOf<T extends Named>(visible: readonly T[], max_results: number | undefined): Page<T> {
  const ordered = visible.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (max_results === undefined) return { items: ordered, next: {} };
  const length = max_results === 0 ? PAGE_ITEMS_MAX : Math.min(max_results, PAGE_ITEMS_MAX);
  const items = ordered.slice(0, length);
  const last = items.at(-1);
  if (!last || ordered.length <= length) return { items, next: {} };
  return { items, next: { next_page_token: Buffer.from(last.name, "utf8").toString("base64url") } };
}
