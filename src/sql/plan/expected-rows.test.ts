import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseQueryText } from "../parse/mod.ts";
import { resolveQuery } from "../resolve/mod.ts";
import { typeOfText } from "../types/mod.ts";
import { expectedRows } from "./expected-rows.ts";

const columns = ["id", "n"].map((name) => ({ id: name, name, type: typeOfText("INT") }));
const of = (text: string) =>
  expectedRows(resolveQuery(parseQueryText(text), { relation: () => columns, current: ["c", "s"] }));

describe("of how many rows a query gives, its text says", () => {
  for (const text of [
    "SELECT count(*) FROM t",
    "SELECT max(t.id) + 1 FROM t JOIN u ON t.id = u.id WHERE t.n > 2",
    "SELECT id FROM t ORDER BY n LIMIT 2048",
    "VALUES (1), (2)",
  ])
    it(`few: ${text}`, () => assert.equal(of(text), "few"));

  for (const text of [
    "SELECT id FROM t WHERE n = 3",
    "SELECT n + 1 FROM t WHERE id > 1 AND 3 = n",
    "SELECT id FROM (SELECT id, n FROM t WHERE id > 2) AS x WHERE n = 1",
  ])
    it(`likely few: ${text}`, () => assert.equal(of(text), "likely_few"));

  for (const text of [
    "SELECT id FROM t",
    "SELECT id FROM t WHERE n > 3",
    "SELECT id FROM t WHERE n = id",
    "SELECT id FROM t LIMIT 2049",
    "SELECT id FROM t WHERE n = 3 ORDER BY id",
    "SELECT DISTINCT id FROM t WHERE n = 3",
    "SELECT n, count(*) FROM t WHERE n = 3 GROUP BY n",
    "SELECT t.id FROM t JOIN u ON t.id = u.id WHERE t.n = 3",
    "SELECT row_number() OVER (ORDER BY id) FROM t WHERE n = 3",
    "SELECT id FROM (SELECT max(id) AS id, n FROM t GROUP BY n) AS x WHERE n = 1",
    "SELECT (SELECT max(id) FROM u) FROM t",
    "SELECT id FROM t WHERE n = 3 UNION ALL SELECT id FROM t",
  ])
    it(`nothing: ${text}`, () => assert.equal(of(text), undefined));
});
