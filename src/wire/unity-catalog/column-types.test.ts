import assert from "node:assert/strict";
import { it } from "node:test";
import { wireType } from "./column-types.ts";

it("says a type as Unity Catalog's clients read it", () => {
  const named = (type: string) => wireType(type).type_name;
  assert.deepEqual(
    ["BIGINT", "SMALLINT", "TINYINT", "INT", "STRING", "VARCHAR(3)", "TIMESTAMP_NTZ", "ARRAY<INT>"].map(named),
    ["LONG", "SHORT", "BYTE", "INT", "STRING", "STRING", "TIMESTAMP_NTZ", "ARRAY"],
  );
  assert.deepEqual(wireType("DECIMAL(10,2)"), {
    type_text: "decimal(10,2)",
    type_name: "DECIMAL",
    type_json: '"decimal(10,2)"',
    type_precision: 10,
    type_scale: 2,
  });
  assert.equal(wireType("BIGINT").type_json, '"long"');
});
