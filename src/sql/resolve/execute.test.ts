import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { macroStatements } from "../functions/mod.ts";
import { parseQueryText } from "../parse/mod.ts";
import { printQuery } from "../print/mod.ts";
import { spellEngineType, typeOfText } from "../types/mod.ts";
import { resolveQuery } from "./mod.ts";
import type { Governed, Query, Relation } from "./resolved.ts";

const types: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  emp: {
    id: "INT",
    name: "STRING",
    dept: "STRING",
    salary: "INT",
    tags: "ARRAY<STRING>",
    addr: "STRUCT<city: STRING, zip: INT>",
    m: "MAP<STRING, INT>",
    boss: "INT",
    doc: "STRING",
  },
  dept: { dept: "STRING", floor: "INT" },
  sec: { id: "INT", ssn: "STRING" },
};

const rows: Readonly<Record<string, string>> = {
  emp: `(1, 'ann', 'it', 10, ['a', 'b'], {'city': 'rome', 'zip': 1}, MAP {'k': 1}, NULL, '{"f": {"sub": "v"}}'),
        (2, 'bob', 'it', 20, ['c'], {'city': 'oslo', 'zip': 2}, MAP {'k': 2}, 1, '{"f": {"sub": "w"}}'),
        (3, 'cyd', 'hr', 30, [], {'city': 'bonn', 'zip': 3}, MAP {'j': 3}, 1, NULL)`,
  dept: "('it', 1), ('ops', 2)",
  sec: "(1, 'x'), (2, 'y')",
};

const columnsOf = (table: string) =>
  Object.entries(types[table] ?? {}).map(([name, type]) => ({ name, type: typeOfText(type) }));

/** What policies that hide nothing would put in a relation's place. */
function opened(relation: Relation): Governed {
  const alias = `${relation.alias}_rows`;
  const { columns } = relation;
  const from = { kind: "physical", alias, schema: "p", table: relation.name.split(".")[2]!, columns } as const;
  const items = columns.map((column) => ({
    column,
    value: { kind: "column", type: column.type, source: alias, column: column.id } as const,
  }));
  const none = { where: null, group: null, having: null, qualify: null };
  const body = { kind: "select", distinct: false, items, from, ...none } as const;
  const query = { kind: "query", with: [], body, order: [], limit: null, offset: null, columns } as const;
  return { ...relation, kind: "governed", query };
}

const isRelation = (node: object): node is Relation => "kind" in node && node.kind === "relation";

/** The tree with every relation opened, wherever it stands. */
function open<T>(node: T): T;
function open(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(open);
  if (typeof node !== "object" || node === null) return node;
  if (isRelation(node)) return opened(node);
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, key === "function" ? value : open(value)]),
  );
}

const relation = (name: string) => (name.startsWith("main.s.") ? columnsOf(name.slice(7)) : undefined);
const resolve = (text: string): Query => resolveQuery(parseQueryText(text), { current: ["main", "s"], relation });

/** Each query and its rows, as JSON. */
const queries: readonly (readonly [text: string, rows: string])[] = [
  ["SELECT 1 AS a, 'x' b", '[[1,"x"]]'],
  // Common tables and scopes
  ["WITH emp AS (SELECT * FROM emp WHERE id > 1) SELECT id FROM emp ORDER BY id", "[[2],[3]]"],
  ["WITH sec AS (SELECT 1 a) SELECT * FROM sec", "[[1]]"],
  ["WITH a(x) AS (SELECT id FROM emp), b AS (SELECT x + 1 y FROM a) SELECT y FROM b ORDER BY y", "[[2],[3],[4]]"],
  ["SELECT * FROM (WITH sec AS (SELECT 1 a) SELECT * FROM sec) x, sec ORDER BY 2", '[[1,1,"x"],[1,2,"y"]]'],
  ["SELECT id FROM (SELECT id FROM (SELECT * FROM emp) x) y ORDER BY id", "[[1],[2],[3]]"],
  ["WITH w AS (SELECT id FROM emp) SELECT a.id FROM w a JOIN w b ON a.id = b.id ORDER BY 1", "[[1],[2],[3]]"],
  // Stars
  ["SELECT * EXCEPT (tags, addr, m, doc) FROM emp ORDER BY 1 DESC LIMIT 1", '[[3,"cyd","hr",30,1]]'],
  ["SELECT x.* FROM (SELECT id, dept FROM emp) x ORDER BY dept, id", '[[3,"hr"],[1,"it"],[2,"it"]]'],
  ["SELECT addr.* FROM emp ORDER BY id", '[["rome",1],["oslo",2],["bonn",3]]'],
  ["TABLE dept", '[["it",1],["ops",2]]'],
  // Names
  ["SELECT addr.city, emp.addr.zip, s.emp.addr.city, main.s.emp.id FROM emp WHERE id = 1", '[["rome",1,"rome",1]]'],
  ["SELECT m.k FROM emp WHERE id = 2", "[[2]]"],
  ["SELECT x.s.name FROM (SELECT struct(id, name) AS s FROM emp) x ORDER BY 1", '[["ann"],["bob"],["cyd"]]'],
  ["SELECT named_struct('a', id, 'b c', name).`b c` FROM emp WHERE id = 3", '[["cyd"]]'],
  ["SELECT 1 AS id, id FROM emp ORDER BY 2", "[[1,1],[1,2],[1,3]]"],
  ["SELECT id, salary * 2 AS dbl, dbl + 1 AS more FROM emp ORDER BY more DESC", "[[3,60,61],[2,40,41],[1,20,21]]"],
  ["SELECT `my col` FROM (SELECT id AS `my col` FROM emp) ORDER BY 1", "[[1],[2],[3]]"],
  // Joins
  [
    "SELECT a.name, b.name AS boss FROM emp a LEFT JOIN emp b ON a.boss = b.id ORDER BY a.id",
    '[["ann",null],["bob","ann"],["cyd","ann"]]',
  ],
  [
    "SELECT dept, emp.id, floor FROM emp FULL JOIN dept USING (dept) ORDER BY 1, 2",
    '[["hr",3,null],["it",1,1],["it",2,1],["ops",null,2]]',
  ],
  ["SELECT dept FROM emp RIGHT JOIN dept USING (dept) ORDER BY dept", '[["it"],["it"],["ops"]]'],
  ["SELECT emp.dept d FROM emp RIGHT JOIN dept USING (dept) ORDER BY dept", '[["it"],["it"],[null]]'],
  [
    "SELECT * EXCEPT (tags, addr, m, doc, emp.boss) FROM emp NATURAL JOIN dept ORDER BY id",
    '[["it",1,"ann",10,1],["it",2,"bob",20,1]]',
  ],
  ["SELECT name FROM emp LEFT ANTI JOIN dept USING (dept)", '[["cyd"]]'],
  ["SELECT name FROM emp LEFT SEMI JOIN dept ON emp.dept = dept.dept ORDER BY 1", '[["ann"],["bob"]]'],
  ["SELECT a.id, b.id FROM sec a CROSS JOIN sec b ORDER BY 1, 2", "[[1,1],[1,2],[2,1],[2,2]]"],
  ["SELECT count(*) FROM emp, dept, sec", '[["12"]]'],
  ["SELECT x FROM (SELECT 1 AS x) a JOIN (SELECT 1 AS y) b ON x = y", "[[1]]"],
  // Subqueries
  ["SELECT name FROM emp WHERE salary = (SELECT max(salary) FROM emp)", '[["cyd"]]'],
  [
    "SELECT name FROM emp e WHERE EXISTS (SELECT 1 FROM dept d WHERE d.dept = e.dept) ORDER BY name",
    '[["ann"],["bob"]]',
  ],
  ["SELECT name FROM emp WHERE dept IN (SELECT dept FROM dept) ORDER BY 1", '[["ann"],["bob"]]'],
  ["SELECT name FROM emp WHERE id NOT IN (SELECT CAST(id AS BIGINT) FROM sec)", '[["cyd"]]'],
  [
    "SELECT name FROM emp e WHERE salary > (SELECT count(*) FROM emp b WHERE b.dept = e.dept) ORDER BY 1",
    '[["ann"],["bob"],["cyd"]]',
  ],
  ["SELECT id FROM emp ORDER BY (SELECT max(id) FROM sec), id", "[[1],[2],[3]]"],
  [
    "SELECT e.name, x.n FROM emp e, LATERAL (SELECT count(*) AS n FROM emp b WHERE b.boss = e.id) x ORDER BY 1",
    '[["ann","2"],["bob","0"],["cyd","0"]]',
  ],
  // Generators
  ["SELECT id, t FROM emp LATERAL VIEW explode(tags) v AS t ORDER BY t", '[[1,"a"],[1,"b"],[2,"c"]]'],
  [
    "SELECT id, t FROM emp LATERAL VIEW OUTER explode(tags) v AS t ORDER BY id, t",
    '[[1,"a"],[1,"b"],[2,"c"],[3,null]]',
  ],
  ["SELECT id, pos, col FROM emp LATERAL VIEW posexplode(tags) ORDER BY id, pos", '[[1,0,"a"],[1,1,"b"],[2,0,"c"]]'],
  ["SELECT id, explode(tags) AS t FROM emp ORDER BY t", '[[1,"a"],[1,"b"],[2,"c"]]'],
  ["SELECT e.id, v.c FROM emp e, LATERAL explode(e.tags) AS v(c) ORDER BY 2", '[[1,"a"],[1,"b"],[2,"c"]]'],
  ["SELECT * FROM range(3)", '[["0"],["1"],["2"]]'],
  ["SELECT t.n FROM range(1, 3) AS t(n)", '[["1"],["2"]]'],
  // Grouping
  ["SELECT dept, count(*), sum(salary) s FROM emp GROUP BY dept ORDER BY s, dept", '[["hr","1","30"],["it","2","30"]]'],
  ["SELECT dept, count(*) n FROM emp GROUP BY ALL ORDER BY ALL", '[["hr","1"],["it","2"]]'],
  ["SELECT upper(dept) AS d, max(salary) FROM emp GROUP BY d HAVING max(salary) > 25", '[["HR",30]]'],
  ["SELECT upper(dept), count(*) FROM emp GROUP BY 1 ORDER BY 1", '[["HR","1"],["IT","2"]]'],
  ["SELECT salary + 1, count(*) FROM emp GROUP BY salary + 1 ORDER BY salary + 1", '[[11,"1"],[21,"1"],[31,"1"]]'],
  ["SELECT dept, count(*) FROM emp GROUP BY ROLLUP (dept) ORDER BY dept", '[[null,"3"],["hr","1"],["it","2"]]'],
  ["SELECT dept, count(*) FROM emp GROUP BY dept WITH CUBE ORDER BY 1", '[[null,"3"],["hr","1"],["it","2"]]'],
  [
    "SELECT dept, boss, count(*) FROM emp GROUP BY GROUPING SETS ((dept), (boss), ()) ORDER BY 1, 2, 3",
    '[[null,null,"1"],[null,null,"3"],[null,1,"2"],["hr",null,"1"],["it",null,"2"]]',
  ],
  [
    "SELECT dept, boss, count(*) FROM emp GROUP BY CUBE (dept, boss) ORDER BY 1, 2, 3 LIMIT 3",
    '[[null,null,"1"],[null,null,"3"],[null,1,"2"]]',
  ],
  ["SELECT count(*) FILTER (WHERE salary > 15) FROM emp", '[["2"]]'],
  ["SELECT count(DISTINCT dept) FROM emp HAVING count(*) > 1", '[["2"]]'],
  ["SELECT max(salary) AS salary FROM emp GROUP BY dept HAVING max(salary) > 25 ORDER BY max(salary)", "[[30]]"],
  // Windows
  [
    "SELECT dept, id, row_number() OVER (PARTITION BY dept ORDER BY salary DESC) rn FROM emp QUALIFY rn = 1 ORDER BY dept",
    '[["hr",3,1],["it",2,1]]',
  ],
  [
    "SELECT dept, sum(salary) OVER w s FROM emp WINDOW w AS (PARTITION BY dept) ORDER BY id",
    '[["it","30"],["it","30"],["hr","30"]]',
  ],
  ["SELECT dept, sum(sum(salary)) OVER () FROM emp GROUP BY dept ORDER BY dept", '[["hr","60"],["it","60"]]'],
  [
    "SELECT sum(salary) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM emp ORDER BY id",
    '[["10"],["30"],["50"]]',
  ],
  [
    "SELECT dept, max(salary) AS top FROM emp GROUP BY ALL QUALIFY row_number() OVER (ORDER BY top DESC) = 1",
    '[["hr",30]]',
  ],
  // Set operations and VALUES
  ["SELECT id FROM emp UNION ALL SELECT floor FROM dept ORDER BY id", "[[1],[1],[2],[2],[3]]"],
  ["SELECT id FROM emp UNION SELECT salary FROM emp ORDER BY id + 1 DESC LIMIT 2", "[[30],[20]]"],
  ["SELECT id, 'a' FROM emp EXCEPT SELECT 1, 'a' ORDER BY 1", '[[2,"a"],[3,"a"]]'],
  ["SELECT id FROM emp INTERSECT SELECT id FROM sec ORDER BY 1", "[[1],[2]]"],
  ["SELECT 1 a UNION ALL SELECT 2.5 ORDER BY a", '[["1.0"],["2.5"]]'],
  ["SELECT * FROM VALUES (1, 'a'), (2, 'b') AS t(x, y) ORDER BY x", '[[1,"a"],[2,"b"]]'],
  ["VALUES (1, NULL), (2.5, 'x') ORDER BY col1 DESC", '[["2.5","x"],["1.0",null]]'],
  ["SELECT id FROM (SELECT id FROM emp ORDER BY id DESC LIMIT 2) x ORDER BY id", "[[2],[3]]"],
  // Order
  ["SELECT DISTINCT dept FROM emp ORDER BY emp.dept", '[["hr"],["it"]]'],
  ["SELECT DISTINCT dept, salary FROM emp ORDER BY salary + 1 DESC LIMIT 1", '[["hr",30]]'],
  ["SELECT id FROM emp ORDER BY boss, salary DESC", "[[1],[3],[2]]"],
  ["SELECT id FROM emp ORDER BY boss DESC NULLS FIRST, id", "[[1],[2],[3]]"],
  ["SELECT id FROM emp ORDER BY salary DESC LIMIT 1 OFFSET 1", "[[2]]"],
  // Expressions
  [
    "SELECT CASE WHEN salary > 15 THEN 'hi' ELSE 'lo' END, CASE dept WHEN 'it' THEN 1 END FROM emp ORDER BY id",
    '[["lo",1],["hi",1],["hi",null]]',
  ],
  [
    "SELECT id BETWEEN 1 AND 2, id NOT BETWEEN 1 AND 2 FROM emp ORDER BY id",
    "[[true,false],[true,false],[false,true]]",
  ],
  ["SELECT CAST(id AS STRING), id::double, TRY_CAST('x' AS INT) FROM emp WHERE id = 1", '[["1",1,null]]'],
  ["SELECT name LIKE 'a%', boss IS NULL, boss <=> NULL FROM emp WHERE id = 1", "[[true,true,true]]"],
  ["SELECT array(1, 2)[0], -id FROM emp WHERE id = 1", "[[1,-1]]"],
  ["SELECT doc:f.sub::string FROM emp WHERE id = 1", '[["v"]]'],
  ["SELECT transform(tags, x -> upper(x)) FROM emp ORDER BY id LIMIT 2", '[[["A","B"]],[["C"]]]'],
  ["SELECT transform(tags, name -> emp.name) FROM emp WHERE id = 2", '[[["bob"]]]'],
];

describe("a resolved query, printed and run, gives", () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;

  before(async () => {
    instance = await DuckDBInstance.create(":memory:", { autoinstall_known_extensions: "false" });
    connection = await instance.connect();
    await connection.run("CREATE SCHEMA p; CREATE SCHEMA IF NOT EXISTS lakeward_fn");
    for (const statement of macroStatements) await connection.run(statement);
    for (const [table, values] of Object.entries(rows)) {
      const columns = columnsOf(table).map(({ name, type }) => `"${name}" ${spellEngineType(type)}`);
      await connection.run(`CREATE TABLE p."${table}" (${columns.join(", ")})`);
      await connection.run(`INSERT INTO p."${table}" VALUES ${values}`);
    }
  });

  after(() => {
    connection.closeSync();
    instance.closeSync();
  });

  for (const [text, expected] of queries) {
    it(text, async () => {
      const reader = await connection.runAndReadAll(printQuery(open(resolve(text))));
      assert.equal(JSON.stringify(reader.getRowsJson()), expected);
    });
  }
});
