import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { beyond, readScopes, refuseBeyond } from "./scopes.ts";

describe("scopes", () => {
  it("writes the wire's default in where none is named", () => {
    assert.deepEqual(readScopes(undefined), ["all-apis"]);
    assert.deepEqual(readScopes("  "), ["all-apis"]);
  });

  it("refuses unknown words by name and drops none", () => {
    assert.throws(() => readScopes("sql root admin"), /'root', 'admin'/);
    assert.throws(() => readScopes("ALL-APIS"), /'ALL-APIS'/);
  });

  it("holds a credential to what it was given, under whatever name", () => {
    assert.deepEqual(beyond(["sql"], ["sql", "scim"]), ["scim"]);
    assert.deepEqual(beyond(["sql"], ["all-apis"]), ["all-apis"]);
    assert.deepEqual(beyond(["genie", "sql"], ["dashboards.genie", "sql.statement-execution"]), []);
    assert.deepEqual(beyond(["sql.statement-execution"], ["sql", "sql.warehouses"]), ["sql", "sql.warehouses"]);
  });

  it("names the scopes that a limited secret was not given", () =>
    assert.throws(() => refuseBeyond(["sql"], ["all-apis"]), /Scopes 'all-apis' are not assigned/));
});
