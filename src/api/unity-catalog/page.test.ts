import assert from "node:assert/strict";
import { it } from "node:test";
import { catalog } from "#kernel/mod.ts";
import { fromPage, pageOf } from "./page.ts";

const all = ["a", "b", "c", "d"].map(catalog);

it("gives all without max_results, and a token only while more is to come", () => {
  assert.deepEqual(pageOf(all, undefined), { items: all, next: {} });
  assert.deepEqual(pageOf(all, 4), { items: all, next: {} });
  assert.ok(pageOf(all, 3).next.next_page_token);
});

it("goes through every item once, in order", () => {
  const seen: string[] = [];
  let token: string | undefined;
  do {
    const { items, next } = pageOf(fromPage(all.toReversed(), token), 1);
    seen.push(...items.map((one) => one.name));
    token = next.next_page_token;
  } while (token);
  assert.deepEqual(seen, ["a", "b", "c", "d"]);
});

it("refuses a token that is not one of its own", () => {
  assert.throws(() => fromPage(all, "%%"), { code: "INVALID_PARAMETER_VALUE" });
});
