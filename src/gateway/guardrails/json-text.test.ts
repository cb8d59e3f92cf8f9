import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { detect } from "#pii/mod.ts";
import { maskJson, readJson } from "./json-text.ts";

const masked: readonly (readonly [json: string, masked: string])[] = [
  ['{"to":"ann@acme.com"}', '{"to":"<EMAIL_ADDRESS>"}'],
  ['{"to":"ann\\u0040acme.com"}', '{"to":"<EMAIL_ADDRESS>"}'],
  ['{"\\u0061nn@acme.com":1}', '{"<EMAIL_ADDRESS>":1}'],
  ['{"text":"hi\\nann@acme.com\\n"}', '{"text":"hi\\n<EMAIL_ADDRESS>\\n"}'],
  ['{"card":4111111111111111}', '{"card":"<CREDIT_CARD>"}'],
  ['{"card":"4111 1111 1111 1111", "n":[1,2]}', '{"card":"<CREDIT_CARD>", "n":[1,2]}'],
  ['{"body":"{\\"to\\":\\"x\\\\nann@acme.com\\"}"}', '{"body":"{\\"to\\":\\"x\\\\n<EMAIL_ADDRESS>\\"}"}'],
];

for (const [json, expected] of masked)
  test(`${json} is masked and stays JSON`, () => {
    const { text } = maskJson(json, detect);
    assert.equal(text, expected);
    JSON.parse(text);
    for (const value of Object.values(JSON.parse(text) as Record<string, unknown>))
      if (typeof value === "string" && value.startsWith("{")) JSON.parse(value);
  });

test("What breaks off is masked as far as it goes", () => {
  assert.equal(maskJson('{"to":"ann@acme.com', detect).text, '{"to":"<EMAIL_ADDRESS>');
});

test("Whatever JSON holds, it stays JSON, holds no planted value, and is left alone where nothing is found", () => {
  const planted = fc.constantFrom("ann@acme.com", "4111111111111111", "536-90-4399");
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    planted,
    fc.tuple(fc.string(), planted).map((two) => two.join(" ")),
  );
  const value = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      text,
      fc.constant(4111111111111111),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(null, true),
      fc.array(tie("any"), { maxLength: 4 }),
      fc.dictionary(text, tie("any"), { maxKeys: 4 }),
    ),
  })).any;
  const escaped = (json: string): string => json.replaceAll("@", "\\u0040");
  fc.assert(
    fc.property(value, fc.boolean(), (one, isEscaped) => {
      const json = isEscaped ? escaped(JSON.stringify(one)) : JSON.stringify(one);
      const { text, spans } = maskJson(json, detect);
      JSON.parse(text);
      assert.equal(detect(readJson(text)).length, 0, text);
      if (spans.length === 0) assert.equal(text, json);
    }),
    { numRuns: 500 },
  );
});
