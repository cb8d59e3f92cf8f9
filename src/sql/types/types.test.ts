import assert from "node:assert/strict";
import { it } from "node:test";
import { isCastable } from "./castable.ts";
import { commonType, commonTypeOf, isImplicitlyCastable } from "./common.ts";
import { typeOfText } from "./read.ts";
import { spellEngineType, spellType } from "./spell.ts";

function common(a: string, b: string): string | undefined {
  const type = commonType(typeOfText(a), typeOfText(b));
  return type && spellType(type);
}

it("spells a type as it was written, for users and for the engine", () => {
  const text = "STRUCT<a: ARRAY<DECIMAL(10,2)>, `b c`: MAP<STRING, TIMESTAMP>>";
  assert.equal(spellType(typeOfText(text)), text);
  const engine = 'STRUCT("a" DECIMAL(10, 2)[], "b c" MAP(VARCHAR, TIMESTAMP WITH TIME ZONE))';
  assert.equal(spellEngineType(typeOfText(text)), engine);
});

it("refuses VARIANT", () => {
  assert.throws(() => typeOfText("ARRAY<VARIANT>"), /VARIANT/);
});

it("finds the least common type as ANSI promotion does", () => {
  assert.equal(common("INT", "BIGINT"), "BIGINT");
  assert.equal(common("FLOAT", "INT"), "DOUBLE");
  assert.equal(common("DECIMAL(10,2)", "INT"), "DECIMAL(12,2)");
  assert.equal(common("DECIMAL(38,0)", "DECIMAL(38,10)"), "DECIMAL(38,6)");
  assert.equal(common("STRING", "INT"), "BIGINT");
  assert.equal(common("DATE", "TIMESTAMP"), "TIMESTAMP");
  assert.equal(common("ARRAY<INT>", "ARRAY<DOUBLE>"), "ARRAY<DOUBLE>");
  assert.equal(common("BOOLEAN", "INT"), undefined);
  assert.equal(common("INTERVAL YEAR", "INTERVAL MONTH"), "INTERVAL YEAR TO MONTH");
  assert.equal(common("INTERVAL YEAR", "INTERVAL DAY"), undefined);
  assert.equal(spellType(commonTypeOf([])!), "VOID");
});

it("narrows no number without being asked", () => {
  const may = (from: string, to: string): boolean => isImplicitlyCastable(typeOfText(from), typeOfText(to));
  assert.deepEqual(
    [may("BIGINT", "INT"), may("INT", "BIGINT"), may("DOUBLE", "FLOAT"), may("STRING", "DATE")],
    [false, true, false, true],
  );
});

it("knows what CAST cannot do", () => {
  const can = (from: string, to: string): boolean => isCastable(typeOfText(from), typeOfText(to));
  assert.deepEqual(
    [can("DATE", "INT"), can("MAP<STRING, INT>", "STRING"), can("DOUBLE", "DECIMAL(3,1)")],
    [false, false, true],
  );
});
