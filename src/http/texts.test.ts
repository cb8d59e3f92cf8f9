import assert from "node:assert/strict";
import { it } from "node:test";
import { parametersOf, targetOf, textOf } from "./texts.ts";

const malformed = { code: "MALFORMED_REQUEST" };

it("takes a target apart without resolving it", () => {
  assert.deepEqual(targetOf("/a/b?c=d?e#f"), { path: "/a/b", query: "c=d?e" });
  assert.deepEqual(targetOf("//evil.example/a"), { path: "//evil.example/a", query: "" });
  assert.deepEqual(targetOf("/a/../b/%2e%2e"), { path: "/a/../b/%2e%2e", query: "" });
  assert.deepEqual(targetOf("*"), { path: "*", query: "" });
});

it("finds the host of a target that is a whole address", () => {
  assert.deepEqual(targetOf("http://evil.example/a?b"), { host: "evil.example", path: "/a", query: "b" });
  assert.deepEqual(targetOf("HTTPS://evil.example"), { host: "evil.example", path: "", query: "" });
  assert.deepEqual(targetOf("/http://evil.example"), { path: "/http://evil.example", query: "" });
});

it("reads parameters, and refuses what would have to be mended", () => {
  assert.deepEqual([...parametersOf("a=1&a=2&b=%C3%A4+c")].join("|"), "a,1|a,2|b,ä c");
  for (const wrong of ["a=%", "a=%z0", "a=%ff", "%ed%a0%80=1"]) assert.throws(() => parametersOf(wrong), malformed);
});

it("reads a body as UTF-8 without its byte order mark, and nothing as empty", () => {
  assert.equal(textOf(Buffer.from("\ufeff{}")), "{}");
  assert.equal(textOf(undefined), "");
  assert.throws(() => textOf(Buffer.from([0xc3, 0x28])), malformed);
});
