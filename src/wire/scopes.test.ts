import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { intersection, isScope, opens, type Scope, scopes, spokenTo, surfaceOf } from "./scopes.ts";

const some = fc.uniqueArray(fc.constantFrom(...scopes), { maxLength: 6 });
const reach = (held: readonly Scope[]) => scopes.filter((wanted) => held.some((one) => opens(one, wanted)));

describe("the vocabulary of scopes", () => {
  it("means the same by a scope's old name and its new one", () => {
    for (const [older, newer] of [
      ["dashboards.genie", "genie"],
      ["serving.serving-endpoints", "model-serving"],
      ["files.files", "files"],
      ["ai-search", "vector-search"],
      ["workspace.workspace", "workspace"],
    ] as const) {
      assert.ok(opens(older, newer) && opens(newer, older), older);
      assert.equal(surfaceOf(older), newer);
    }
  });

  it("opens a part by the whole, and never the whole by a part", () => {
    for (const [part, whole] of [
      ["sql.warehouses", "sql"],
      ["sql.warehouses:read", "sql"],
      ["sql.warehouses:read", "sql.warehouses"],
      ["sql.statement-execution", "sql"],
      ["vectorsearch.vector-search-indexes", "vector-search"],
      ["vectorsearch.vector-search-indexes", "ai-search"],
      ["mcp.functions", "unity-catalog"],
      ["iam.current-user:read", "scim"],
    ] as const) {
      assert.ok(opens(whole, part), `${whole} opens ${part}`);
      assert.equal(opens(part, whole), false, `${part} does not open ${whole}`);
    }
    assert.equal(opens("sql.warehouses", "sql.statement-execution"), false);
    for (const scope of scopes) assert.ok(opens("all-apis", scope) && opens(scope, scope));
  });

  it("opens nothing by the words of OpenID, nor anything else by a word of another surface", () => {
    const words = ["openid", "email", "profile", "offline_access"] as const;
    for (const word of words) assert.deepEqual(reach([word]), [word]);
    assert.deepEqual(reach(["genie"]), ["genie", "dashboards.genie"]);
  });

  it("knows no word that an object merely inherits", () => {
    for (const word of ["toString", "__proto__", "constructor", "ALL-APIS", ""]) assert.equal(isScope(word), false);
  });

  it("narrows to exactly what both open, whatever the words", () => {
    fc.assert(
      fc.property(some, some, (first, second) => {
        const both = reach(first).filter((scope) => reach(second).includes(scope));
        assert.deepEqual(new Set(reach(intersection(first, second))), new Set(both));
      }),
    );
    assert.deepEqual(intersection(["sql", "scim"], ["sql.warehouses", "all-apis"]), ["sql", "scim"]);
    assert.deepEqual(intersection(["dashboards.genie"], ["genie"]), ["dashboards.genie"]);
    assert.deepEqual(intersection(["sql"], ["sql.warehouses", "mlflow"]), ["sql.warehouses"]);
  });

  it("names what is missing in the caller's own vocabulary", () => {
    assert.equal(spokenTo(["sql"], "model-serving"), "model-serving");
    assert.equal(spokenTo(["sql"], "sql.statement-execution"), "sql");
    assert.equal(spokenTo(["dashboards.genie"], "model-serving"), "serving.serving-endpoints");
    assert.equal(spokenTo(["serving.serving-endpoints"], "genie"), "dashboards.genie");
    assert.equal(spokenTo(["sql.warehouses"], "sql.statement-execution"), "sql.statement-execution");
    assert.equal(spokenTo(["sql.statement-execution"], "sql.warehouses:read"), "sql.warehouses");
    assert.equal(spokenTo(["dashboards.genie"], "mcp.functions"), "unity-catalog");
    for (const scope of scopes)
      assert.ok(opens(spokenTo(["files.files"], scope), scope), `${scope} is opened by what is named`);
  });
});
