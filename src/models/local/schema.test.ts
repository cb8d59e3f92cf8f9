import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { grammarSchema } from "./schema.ts";

const text = { type: "string" };

// biome-ignore format: a table is read in columns
const kept: readonly (readonly [says: string, schema: JsonObject, written: JsonObject])[] = [
  ["an object, without what only people read", { title: "x", type: "object", properties: { a: { ...text, default: "b" } }, required: ["a"] }, { type: "object", properties: { a: text } }],
  ["anyOf as alternatives",    { anyOf: [text, { type: "null" }] },                    { oneOf: [text, { type: "null" }] }],
  ["types of which one has rules", { type: ["array", "null"], items: text },          { oneOf: [{ type: "array", items: text }, { type: "null" }] }],
  ["several plain types",      { type: ["string", "null"], description: "d" },         { type: ["string", "null"], description: "d" }],
  ["values with their type",   { type: "string", enum: ["a", "b"] },                   { type: "string", enum: ["a", "b"] }],
  ["a definition",             { $defs: { t: text }, type: "array", items: { $ref: "#/$defs/t" } }, { $defs: { t: text }, type: "array", items: { $ref: "#/$defs/t" } }],
];
for (const [says, schema, written] of kept)
  test(`a grammar keeps ${says}`, () => {
    assert.deepEqual(grammarSchema(schema, "schema"), written);
  });

// biome-ignore format: a table is read in columns
const refused: readonly (readonly [says: string, schema: JsonObject, message: RegExp])[] = [
  ["a pattern",                   { type: "object", properties: { a: { ...text, pattern: "x" } } }, /'schema\.properties\.a\.pattern' is a rule/],
  ["a bound of numbers",          { type: "integer", minimum: 3 },                   /'schema\.minimum' is a rule/],
  ["a format that it has not",    { ...text, format: "email" },                      /'schema\.format' can only be date-time, time, date/],
  ["rules beside alternatives",   { oneOf: [text], items: text },                    /'oneOf' and 'items' together/],
  ["both kinds of alternatives",  { oneOf: [text], anyOf: [text] },                  /both 'anyOf' and 'oneOf'/],
  ["an unknown definition",       { $ref: "#/$defs/t" },                             /'schema\.\$ref' must name one/],
  ["a definition elsewhere",      { type: "array", items: { ...text, $defs: {} } },  /'schema\.items\.\$defs' must stand at the top/],
  ["no type",                     { type: "object", properties: { a: {} } },         /'schema\.properties\.a\.type' is needed/],
  ["a count that is code",        { type: "array", items: text, minItems: "1} x" },  /'schema\.minItems' must be a whole number from 0 to 1000/],
  ["a count that is too large",   { ...text, maxLength: 1_000_000 },                 /'schema\.maxLength' must be a whole number/],
  ["a required name without a schema", { type: "object", required: ["a"] },          /'schema\.required' names 'a'/],
  ["objects as values",           { enum: [{ a: 1 }] },                              /can only name texts, numbers/],
  ["what is too large",           { ...text, description: "x".repeat(40_000) },      /more than 32768 characters/],
];
for (const [says, schema, message] of refused)
  test(`a grammar refuses ${says}, which it would overlook`, () => {
    assert.throws(() => grammarSchema(schema, "schema"), { code: "BAD_REQUEST", message });
  });
