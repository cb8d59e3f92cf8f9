import assert from "node:assert/strict";
import { test } from "node:test";
import { typeOfText } from "../types/mod.ts";
import { fitted, Misfit } from "./fitting.ts";

// biome-ignore format: a table is read in columns
const fit: readonly (readonly [type: string, value: unknown, fitted: unknown])[] = [
  ["BIGINT",                                 "9223372036854775807", "9223372036854775807"],
  ["INT",                                    7.0,                   "7"],
  ["DOUBLE",                                 "1e3",                 "1e3"],
  ["DECIMAL(4,1)",                           999.9,                 "999.9"],
  ["BOOLEAN",                                true,                  "true"],
  ["DATE",                                   "2024-02-29",          "2024-02-29"],
  ["TIMESTAMP",                              "2024-02-29T10:00:00Z", "2024-02-29T10:00:00Z"],
  ["STRING",                                 12,                    "12"],
  ["ARRAY<INT>",                             [1, null],             ["1", null]],
  ["MAP<STRING, INT>",                       { a: 1 },              { a: "1" }],
  ["STRUCT<a: INT, b: STRUCT<c: STRING>>",   { A: 1, x: 2 },        { a: "1", b: null }],
];
for (const [type, value, expected] of fit)
  test(`${JSON.stringify(value)} fits ${type}`, () => {
    assert.deepEqual(fitted(value, typeOfText(type)), expected);
  });

// biome-ignore format: a table is read in columns
const unfit: readonly (readonly [type: string, value: unknown, at: string])[] = [
  ["BIGINT",                    "9223372036854775808", ""],
  ["TINYINT",                   128,                   ""],
  ["INT",                       1.5,                   ""],
  ["DOUBLE",                    "one",                 ""],
  ["DOUBLE",                    "1e999",               ""],
  ["DECIMAL(4,1)",              1000,                  ""],
  ["BOOLEAN",                   "yes",                 ""],
  ["DATE",                      "2023-02-29",          ""],
  ["TIMESTAMP",                 "2024-02-29T25:00:00", ""],
  ["BINARY",                    "x",                   ""],
  ["INT",                       { a: 1 },              ""],
  ["ARRAY<INT>",                { a: 1 },              ""],
  ["ARRAY<INT>",                [1, "x"],              "[1]"],
  ["MAP<INT, INT>",             { a: 1 },              ".a"],
  ["STRUCT<a: ARRAY<STRUCT<b: INT>>>", { a: [{ b: 1 }, { b: "x" }] }, ".a[1].b"],
  ["STRUCT<a: INT>",            [1],                   ""],
];
for (const [type, value, at] of unfit)
  test(`${JSON.stringify(value)} does not fit ${type}, and the place is told`, () => {
    assert.throws(
      () => fitted(value, typeOfText(type)),
      (thrown: unknown) => thrown instanceof Misfit && thrown.at === at,
    );
  });
