import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { beyond, narrow, readScopes, refuseBeyond } from "./scopes.ts";

describe("scopes", () => {
  it("writes the wire's default in where none is named", () => {
    assert.deepEqual(readScopes(undefined), ["all-apis"]);
    assert.deepEqual(readScopes("  "), ["all-apis"]);
  });

  it("refuses unknown words by name and drops none", () => {
    assert.throws(() => readScopes("sql root admin"), /'root', 'admin'/);
    assert.throws(() => readScopes("ALL-APIS"), /'ALL-APIS'/);
  });

  it("only ever narrows", () => {
    assert.deepEqual(narrow(["all-apis"], ["sql"]), ["sql"]);
    assert.deepEqual(narrow(["sql"], ["all-apis"]), ["sql"]);
    assert.deepEqual(narrow(["sql", "scim"], ["scim", "mlflow"]), ["scim"]);
    assert.deepEqual(narrow(["sql"], ["mlflow"]), []);
    assert.deepEqual(beyond(["sql"], ["sql", "scim"]), ["scim"]);
    assert.deepEqual(beyond(["sql"], ["all-apis"]), ["all-apis"]);
  });

  it("names the scopes that a limited secret was not given", () =>
    assert.throws(() => refuseBeyond(["sql"], ["all-apis"]), /Scopes 'all-apis' are not assigned/));
});
