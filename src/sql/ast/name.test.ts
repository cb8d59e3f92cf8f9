import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "#wire/errors.ts";
import { parseStatement } from "../parse/mod.ts";
import { dottedName, type Name } from "./name.ts";

function nameIn(text: string): Name {
  const statement = parseStatement(`DROP TABLE ${text}`);
  assert.ok(statement.kind === "drop" && statement.target.name !== null);
  return statement.target.name;
}

test("a dotted name is lower-case, whatever the quoting", () => {
  assert.equal(dottedName(nameIn("MAIN . `S`.Sec")), "main.s.sec");
});

for (const text of ["`main.s`.sec", "`main.s.sec`", "a.`b/c`", "`a b`"]) {
  test(`a part cannot pass for two, nor hold what object names may not: ${text}`, () => {
    assert.throws(
      () => dottedName(nameIn(text)),
      (thrown) => thrown instanceof Fault && thrown.code === "INVALID_PARAMETER_VALUE",
    );
  });
}
