import assert from "node:assert/strict";
import { it } from "node:test";
import { isGrantableOn } from "./grantable.ts";
import { assertColumns, containerName, namePart } from "./names.ts";

const refused = { code: "INVALID_PARAMETER_VALUE" };

it("keeps names in lower case, spaces within and other scripts included", () => {
  assert.equal(namePart("table", "Flight Data"), "flight data");
  assert.equal(namePart("table", "Größe"), "größe");
});

it("measures a name in bytes", () => {
  assert.equal(namePart("table", "x".repeat(255)).length, 255);
  assert.throws(() => namePart("table", "ö".repeat(128)), refused);
});

it("repeats a refused name without its control characters", () => {
  assert.throws(() => namePart("table", "a\u001b[31m"), /'a\?\[31m'/);
});

it("keeps the server's own names for itself", () => {
  assert.throws(() => containerName("catalog", "System"), refused);
  assert.equal(namePart("table", "system"), "system");
});

it("refuses two columns whose names differ in case only", () => {
  assert.throws(() => assertColumns([{ name: "Id" }, { name: "ID" }]), refused);
  assertColumns([{ name: "id" }, { name: "name.with.dots" }]);
});

it("lets a privilege be granted where it applies or can be inherited from", () => {
  assert.equal(isGrantableOn("SELECT", "CATALOG"), true);
  assert.equal(isGrantableOn("SELECT", "FUNCTION"), false);
  assert.equal(isGrantableOn("USE_CATALOG", "SCHEMA"), false);
  assert.equal(isGrantableOn("CREATE_CATALOG", "METASTORE"), true);
  assert.equal(isGrantableOn("SELECT", "METASTORE"), false);
  assert.equal(isGrantableOn("CAN_QUERY", "ENDPOINT"), true);
  assert.equal(isGrantableOn("CAN_QUERY", "WAREHOUSE"), false);
  assert.equal(isGrantableOn("CAN_QUERY", "CATALOG"), false);
});
