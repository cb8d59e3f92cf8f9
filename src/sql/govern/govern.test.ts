import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseQueryText } from "../parse/mod.ts";
import { printQuery } from "../print/mod.ts";
import { resolveQuery } from "../resolve/mod.ts";
import type { Physical } from "../resolve/resolved.ts";
import { INT, STRING } from "../types/mod.ts";
import { enforcement } from "./enforcement.ts";
import { govern, type Treatment } from "./govern.ts";
import { neededColumns } from "./needed.ts";

const columns = [
  { id: "id", name: "id", type: INT },
  { id: "ssn", name: "ssn", type: STRING },
  { id: "pay", name: "pay", type: INT },
];
const physical: Physical = { kind: "physical", alias: "p", schema: "rel", table: "r1", columns };
const resolve = (text: string) => resolveQuery(parseQueryText(text), { relation: () => columns, current: ["c", "s"] });
const masked: Treatment = {
  physical,
  filter: {
    kind: "in_list",
    type: { kind: "simple", name: "BOOLEAN" },
    operand: { kind: "column", type: STRING, source: "p", column: "ssn" },
    items: [{ kind: "literal", type: STRING, value: "x" }],
    negated: false,
  },
  masks: new Map([["ssn", { kind: "literal", type: STRING, value: "hidden" }]]),
  needed: new Set(["id", "ssn"]),
};

describe("govern", () => {
  it("names the columns that are read, and no others", () => {
    const needed = neededColumns(resolve("SELECT id FROM sec WHERE ssn = 'a' AND EXISTS (SELECT pay FROM t)"));
    assert.deepEqual([...needed.get("c.s.sec")!].toSorted(), ["id", "ssn"]);
    assert.deepEqual([...needed.get("c.s.t")!], ["pay"]);
  });

  it("puts filter and mask in the place of each reference", () => {
    const query = resolve("SELECT a.ssn FROM sec AS a JOIN sec AS b ON a.id = b.id");
    const text = printQuery(govern(query, new Map([["c.s.sec", masked]]), enforcement, null));
    assert.equal(text.split("'hidden'").length, 3);
    assert.equal(text.split("WHERE").length, 3);
    assert.doesNotMatch(text, /pay/);
  });

  it("refuses a relation without a treatment", () => {
    assert.throws(() => govern(resolve("SELECT id FROM sec"), new Map(), enforcement, null), TypeError);
  });
});
