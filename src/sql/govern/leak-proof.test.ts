import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseQueryText } from "../parse/mod.ts";
import { resolveQuery } from "../resolve/mod.ts";
import { typeOfText } from "../types/mod.ts";
import { isLeakProof } from "./leak-proof.ts";

const columns = Object.entries({
  id: "INT",
  big: "BIGINT",
  name: "STRING",
  pay: "DECIMAL(10,2)",
  day: "DATE",
  tags: "ARRAY<INT>",
}).map(([name, type]) => ({ name, type: typeOfText(type) }));
const relation = (name: string) => (name === "c.s.t" ? columns : undefined);
const judge = (text: string): boolean =>
  isLeakProof(resolveQuery(parseQueryText(text), { relation, current: ["c", "s"] }));

/** prototypes: what was measured never to throw, and what was seen to. */
const proof = [
  "SELECT id, name FROM t",
  "SELECT id FROM t WHERE id = 5 AND name IN ('a', 'b') AND pay IS NOT NULL",
  "SELECT id FROM t WHERE name LIKE 'a%' OR NOT (day BETWEEN DATE '2024-01-01' AND DATE '2024-12-31')",
  "SELECT count(*) FROM t WHERE id < 5",
  "SELECT name, count(*) FROM t GROUP BY name ORDER BY name",
  "SELECT CASE WHEN id = 1 THEN name ELSE 'x' END FROM t",
  "SELECT id FROM t WHERE big = id",
];
const open = [
  "SELECT id FROM t WHERE 1 / id > 0",
  "SELECT id FROM t WHERE name = 5",
  "SELECT id FROM t WHERE CAST(name AS INT) = 1",
  "SELECT id + 1 FROM t",
  "SELECT -id FROM t",
  "SELECT id FROM t WHERE name RLIKE 'a'",
  "SELECT id FROM t WHERE name LIKE name",
  "SELECT id FROM t WHERE regexp_replace(name, 'a', 'b') = 'x'",
  "SELECT id FROM t WHERE chr(id) = 'a'",
  "SELECT id FROM t WHERE tags[0] = 1",
  "SELECT id FROM t WHERE id = (SELECT id FROM t AS o WHERE o.big = t.big)",
  "SELECT x FROM t LATERAL VIEW explode(tags) v AS x",
];

describe("leak-proofness", () => {
  for (const text of proof) it(`nothing in it can fail: ${text}`, () => assert.equal(judge(text), true));
  for (const text of open) it(`something in it may fail: ${text}`, () => assert.equal(judge(text), false));
});
