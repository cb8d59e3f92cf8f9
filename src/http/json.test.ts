import assert from "node:assert/strict";
import { it } from "node:test";
import { JSON_DEPTH_MAX } from "#base/limits.ts";
import { readJsonObject } from "./json.ts";

const nested = (depth: number): string => `${'{"a":'.repeat(depth - 1)}{}${"}".repeat(depth - 1)}`;
const malformed = (message: RegExp) => ({ code: "MALFORMED_REQUEST", message });

it("reads an object, and nothing else", () => {
  assert.deepEqual(readJsonObject('{"a":[1,null,{"b":"c"}]}'), { a: [1, null, { b: "c" }] });
  for (const text of ["", "{", "{'a':1}", '{"a":1}x', "NaN"])
    assert.throws(() => readJsonObject(text), malformed(/failed to parse given JSON/));
  for (const text of ["[]", "null", "1", '"a"']) assert.throws(() => readJsonObject(text), malformed(/expected a map/));
});

it("drops prototypes, wherever they stand", () => {
  const read = readJsonObject('{"__proto__":{"admin":true},"a":[{"__proto__":[1],"b":2}]}');
  assert.deepEqual(Object.keys(read), ["a"]);
  assert.equal(Object.getPrototypeOf(read), Object.prototype);
  assert.deepEqual(Object.getOwnPropertyNames((read.a as object[])[0]), ["b"]);
});

it("bounds nesting, also where recursion would overflow", () => {
  assert.ok(readJsonObject(nested(JSON_DEPTH_MAX)));
  for (const depth of [JSON_DEPTH_MAX + 1, 200_000])
    assert.throws(() => readJsonObject(nested(depth)), malformed(/nests deeper than/));
});
