import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Type } from "typebox";
import { type InputParts, readInput } from "./input.ts";

const input = Type.Object({
  name: Type.String({ minLength: 1 }),
  count: Type.Optional(Type.Integer({ minimum: 0 })),
  force: Type.Optional(Type.Boolean()),
  list: Type.Optional(Type.Array(Type.Object({ who: Type.String() }))),
  either: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
  nothing: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});

const read = (parts: { params?: Record<string, string>; query?: string; body?: object | string }): unknown => {
  const body = typeof parts.body === "object" ? JSON.stringify(parts.body) : (parts.body ?? "");
  const whole: InputParts = { params: parts.params ?? {}, query: new URLSearchParams(parts.query), body };
  return readInput({ input }, whole);
};

describe("an input", () => {
  it("has texts of path and query as the types that are declared", () => {
    assert.deepEqual(read({ params: { name: "a" }, query: "count=3&force=true" }), {
      name: "a",
      count: 3,
      force: true,
    });
  });

  it("takes the path's word over the body's, and the body's over the query's", () => {
    const body = { name: "body", count: 2 };
    assert.deepEqual(read({ params: { name: "path" }, query: "count=1", body }), { name: "path", count: 2 });
  });

  it("leaves unknown fields out, and null where a field does not know it", () => {
    assert.deepEqual(read({ body: { name: "a", count: null, nothing: null, more: 1 } }), { name: "a", nothing: null });
  });

  it("keeps JSON's own types: no number is a text, no text a list", () => {
    const wrong: readonly (readonly [object, RegExp])[] = [
      [{ name: 5 }, /^Could not parse request object: Expected string for field 'name'\.$/],
      [{ name: "a", count: "5" }, /Expected integer for field 'count'/],
      [{ name: "a", force: "true" }, /Expected boolean for field 'force'/],
      [{ name: "a", list: "x" }, /Expected array for field 'list'/],
      [{ name: "a", list: [{ who: 1 }] }, /Expected string for field 'list\.0\.who'/],
      [{ name: "a", either: 5 }, /Expected one of its other forms for field 'either'/],
    ];
    for (const [body, message] of wrong) assert.throws(() => read({ body }), { code: "MALFORMED_REQUEST", message });
  });

  it("names what is missing, and what is out of bounds", () => {
    const wrong: readonly (readonly [Parameters<typeof read>[0], RegExp])[] = [
      [{}, /^Missing required field: name$/],
      [{ body: { name: null } }, /^Missing required field: name$/],
      [{ body: { name: "a", list: [{}] } }, /^Missing required field: list\.0\.who$/],
      [{ body: { name: "" } }, /^'name' must not have fewer than 1 characters\.$/],
      [{ body: { name: "a", count: -1 } }, /^'count' must be >= 0\.$/],
      [{ query: "name=a&count=x" }, /^Expected integer for parameter 'count'\.$/],
      [{ query: "name=a&name=b" }, /^Expected string for parameter 'name'\.$/],
    ];
    for (const [parts, message] of wrong)
      assert.throws(() => read(parts), { code: "INVALID_PARAMETER_VALUE", message });
  });

  it("is no way to another object's prototype", () => {
    const found = read({ query: "name=a&__proto__=x&__proto__=y&constructor=z", body: '{"__proto__":{"force":true}}' });
    assert.deepEqual(found, { name: "a" });
    assert.equal((found as { force?: boolean }).force, undefined);
  });

  it("takes each parameter of a form once, whatever it is called", () => {
    const form = { input: Type.Object({ name: Type.String() }), accepts: "form" } as const;
    const of = (body: string): unknown => readInput(form, { params: {}, query: new URLSearchParams(), body });
    assert.deepEqual(of("name=a+b%20c&constructor=x&toString=y"), { name: "a b c" });
    assert.throws(() => of("name=a&name=b"), { code: "BAD_REQUEST", message: /'name' was sent more than once/ });
    assert.throws(() => of("name=%"), { code: "MALFORMED_REQUEST" });
  });
});
