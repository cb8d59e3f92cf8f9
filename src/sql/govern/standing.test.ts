import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseQueryText } from "../parse/mod.ts";
import { printQuery } from "../print/mod.ts";
import { resolveQuery } from "../resolve/mod.ts";
import type { Column, Expression, Query } from "../resolve/resolved.ts";
import { STRING, typeOfText } from "../types/mod.ts";
import { enforcement } from "./enforcement.ts";
import { govern, type Treatment } from "./govern.ts";
import { type Standing, standingOf } from "./leak-proof.ts";
import { repeatedConditions } from "./repeated.ts";
import { visitExpression } from "./tree.ts";

const types = { id: "INT", big: "BIGINT", name: "STRING", pay: "DECIMAL(10,2)", wide: "DECIMAL(38,2)" };
const columns: readonly Column[] = Object.entries(types).map(([name, type]) => ({
  id: name,
  name,
  type: typeOfText(type),
}));
const resolve = (text: string): Query =>
  resolveQuery(parseQueryText(text), { relation: () => columns, current: ["c", "s"] });

const standings: Readonly<Record<Standing, readonly string[]>> = {
  beside: [
    "SELECT pay * pay, pay + pay, pay - pay FROM t",
    "SELECT sum(pay), avg(id), sum(pay * (1 - pay)) FROM t WHERE name = 'a'",
    "SELECT name, sum(pay) / sum(id) AS x FROM t GROUP BY name HAVING sum(pay) > 5 ORDER BY sum(pay) * 2",
    "SELECT CASE WHEN sum(t.id) > 0 THEN 100.0 / sum(t.id) END FROM t JOIN u ON t.id = u.id",
    "SELECT sum(x) FROM (SELECT pay AS x FROM t WHERE id IN (SELECT id FROM u)) AS q",
    "SELECT max(x) FROM (SELECT sum(id) AS x FROM t GROUP BY name) AS q",
  ],
  behind: [
    "SELECT id + 1 FROM t",
    "SELECT id FROM t WHERE 1 / id > 0",
    "SELECT wide * wide FROM t",
    "SELECT CAST(big AS INT) FROM t",
    "SELECT sum(id + 1) FROM t",
    "SELECT name FROM t GROUP BY name HAVING sum(id) + max(1 / id) > 0",
    // What a key is reckoned to may be moved beneath the aggregate.
    "SELECT big % 7, sum(id) FROM t GROUP BY big % 7",
    // Another table decides for which rows the aggregate is computed.
    "SELECT t.id FROM t JOIN (SELECT id, sum(big) AS s FROM u GROUP BY id) AS q ON t.id = q.id",
    "SELECT id FROM t WHERE (SELECT sum(u.big) FROM u WHERE u.id = t.id) > 0",
    "SELECT id FROM t WHERE id IN (SELECT id FROM u GROUP BY id HAVING sum(big) > 300)",
    "WITH q AS (SELECT sum(big) AS s FROM t) SELECT s FROM q",
    "SELECT sum(id) FROM t UNION ALL SELECT sum(id) FROM u",
    "SELECT max(x) FROM (SELECT sum(id) AS x FROM t) AS q WHERE x > (SELECT max(id) FROM u)",
  ],
  apart: [
    "SELECT id FROM t WHERE name = 5",
    "SELECT id FROM t WHERE name RLIKE 'a'",
    "SELECT id + 1 FROM t WHERE name RLIKE 'a'",
    "SELECT collect_list(id) FROM t",
    "SELECT CAST(sum(id) AS STRING) FROM t WHERE CAST(name AS INT) = 1",
  ],
};

describe("where a statement stands", () => {
  for (const [standing, texts] of Object.entries(standings))
    for (const text of texts) it(`${standing}: ${text}`, () => assert.equal(standingOf(resolve(text)), standing));
});

/** Conditions as `alias.column`, by the names that the statements give their tables. */
const repeated: Readonly<Record<string, readonly string[]>> = {
  "SELECT a.id + 1 FROM t AS a WHERE a.id = 5 AND a.name LIKE 'x%' AND 1 / a.id > 0": ["id", "name"],
  "SELECT a.id + b.id FROM t AS a, u AS b WHERE a.id = b.id AND a.big = 7": ["big"],
  "SELECT a.id + b.id FROM t AS a JOIN u AS b ON a.id = b.id AND b.big = 7": ["big"],
  "SELECT a.id + 1 FROM t AS a LEFT JOIN u AS b ON a.id = b.id AND b.big = 7 AND a.name = 'x'": ["big"],
  "SELECT a.id + 1 FROM t AS a LEFT JOIN u AS b ON a.id = b.id WHERE b.big IS NULL AND a.name = 'x'": ["name"],
  "SELECT a.id + 1 FROM t AS a RIGHT JOIN u AS b ON a.id = b.id WHERE a.big = 1 AND b.name = 'x'": [],
  "SELECT a.id + 1 FROM t AS a FULL JOIN u AS b ON a.id = b.id WHERE a.big = 1": [],
  "SELECT a.id + 1 FROM t AS a WHERE a.big = 1 OR a.name = 'x'": ["big,name"],
  "SELECT a.id + 1 FROM t AS a WHERE a.id IN (SELECT b.id FROM u AS b WHERE b.big = 7)": ["big"],
  "SELECT count(1 / a.id) FROM t AS a GROUP BY a.name HAVING a.name = 'x'": [],
};

describe("conditions that a barrier has within", () => {
  for (const [text, expected] of Object.entries(repeated))
    it(text, () => {
      const found = [...repeatedConditions(resolve(text)).values()].flat();
      assert.deepEqual(found.map(columnsIn).toSorted(), expected);
    });

  it("are read from the table beneath, unless on a masked column", () => {
    const text = "SELECT t.id + 1 FROM t WHERE t.name = 'x' AND t.big = 7";
    const query = resolve(text);
    const mask: Expression = Object.freeze({ kind: "literal", type: STRING, value: "hidden" });
    const treatment: Treatment = {
      physical: { kind: "physical", alias: "p", schema: "rel", table: "r1", columns },
      filter: null,
      masks: new Map([["name", mask]]),
      needed: new Set(["id", "name", "big"]),
    };
    const treatments = new Map([["c.s.t", treatment]]);
    const printed = printQuery(govern(query, treatments, enforcement, { repeated: repeatedConditions(query) }));
    const within = /FROM "rel"\."r1" AS "p" WHERE (.*?) OFFSET/.exec(printed)?.[1] ?? "";
    assert.match(within, /"p"\."big" = /);
    assert.doesNotMatch(within, /name/);
    assert.match(printed, /OFFSET CAST\(0 AS BIGINT\)/);
  });

  it("stand in no reference without a policy, which needs no barrier", () => {
    const query = resolve("SELECT id + 1 FROM t");
    const open: Treatment = {
      physical: { kind: "physical", alias: "p", schema: "rel", table: "r1", columns },
      filter: null,
      masks: new Map(),
      needed: new Set(["id"]),
    };
    const printed = printQuery(govern(query, new Map([["c.s.t", open]]), enforcement, { repeated: new Map() }));
    assert.doesNotMatch(printed, /OFFSET/);
  });
});

function columnsIn(condition: Expression): string {
  const names = new Set<string>();
  visitExpression(condition, { expression: (node) => node.kind === "column" && names.add(node.column) });
  return [...names].join(",");
}
