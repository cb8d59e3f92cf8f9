import assert from "node:assert/strict";
import { test } from "node:test";
import type { Literal } from "../resolve/resolved.ts";
import {
  BIGINT,
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  INT,
  interval,
  SMALLINT,
  STRING,
  TIMESTAMP,
} from "../types/mod.ts";
import { isCertainCast, isCertainLiteral } from "./certain.ts";

const literal = (type: DataType, value: Literal["value"]): Literal => ({ kind: "literal", type, value });

for (const [value, to] of [
  ["12", INT],
  ["-9223372036854775808", BIGINT],
  ["1.5", DOUBLE],
  ["true", BOOLEAN],
  ["2024-02-29", DATE],
  ["2024-02-29 10:00:00+02:00", TIMESTAMP],
] as const)
  test(`the text ${value} surely becomes ${JSON.stringify(to)}`, () =>
    assert.ok(isCertainCast(literal(STRING, value), to)));

for (const [value, to] of [
  ["x", INT],
  ["2147483648", INT],
  ["1e999", DOUBLE],
  ["maybe", BOOLEAN],
  ["2023-02-29", DATE],
  ["2024-02-29 25:00:00", TIMESTAMP],
  ["2024-02-29 10:00:00 Nowhere/Land", TIMESTAMP],
  ["1", decimal(3, 1)],
] as const)
  test(`the text ${value} need not become ${JSON.stringify(to)}`, () =>
    assert.ok(!isCertainCast(literal(STRING, value), to)));

test("numbers are certain where they fit", () => {
  assert.ok(isCertainCast(literal(INT, 5n), BIGINT));
  assert.ok(isCertainCast(literal(INT, 99n), decimal(4, 2)));
  assert.ok(!isCertainCast(literal(INT, 100n), decimal(4, 2)));
  assert.ok(!isCertainCast(literal(INT, 40000n), SMALLINT));
  assert.ok(isCertainCast(literal(decimal(2, 1), "1.5"), decimal(5, 2)));
  assert.ok(!isCertainCast(literal(decimal(3, 2), "1.55"), decimal(5, 1)));
});

test("a literal of time is certain when it names a moment, and an interval when it is no longer than the engine's", () => {
  assert.ok(isCertainLiteral(literal(TIMESTAMP, "2024-01-01 00:00:00")));
  assert.ok(!isCertainLiteral(literal(TIMESTAMP, "2024-01-01 00:00:00 Nowhere/Land")));
  assert.ok(!isCertainLiteral(literal(interval("YEAR", "MONTH"), 2n ** 40n)));
});
