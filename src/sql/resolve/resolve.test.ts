import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Fault } from "#wire/errors.ts";
import { parseExpressionText, parseQueryText } from "../parse/mod.ts";
import { spellType, typeOfText } from "../types/mod.ts";
import { type ResolvePorts, resolveOver, resolveQuery } from "./mod.ts";
import type { Query, Select, Source } from "./resolved.ts";

const tables: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "main.s.emp": {
    id: "INT",
    name: "STRING",
    dept: "STRING",
    salary: "INT",
    tags: "ARRAY<STRING>",
    addr: "STRUCT<city: STRING>",
  },
  "main.s.dept": { dept: "STRING", floor: "INT" },
  "main.s.sec": { id: "INT", ssn: "STRING" },
};

const ports: ResolvePorts = {
  current: ["main", "s"],
  relation: (name) => {
    const columns = tables[name];
    return columns && Object.entries(columns).map(([column, type]) => ({ name: column, type: typeOfText(type) }));
  },
};

const resolve = (text: string): Query => resolveQuery(parseQueryText(text), ports);

function faultOf(text: string): Fault {
  try {
    resolve(text);
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown;
    throw thrown;
  }
  return assert.fail(`nothing was wrong with: ${text}`);
}

const selectOf = (query: Query): Select => query.body as Select;
const shape = (query: Query): readonly string[] => query.columns.map(({ name, type }) => `${name} ${spellType(type)}`);

function relationsOf(source: Source | null): readonly string[] {
  if (source === null) return [];
  if (source.kind === "relation") return [`${source.reference} ${source.name}`];
  if (source.kind === "join") return [...relationsOf(source.left), ...relationsOf(source.right)];
  if (source.kind === "subquery") return relationsOf(selectOf(source.query).from);
  return [];
}

/** Each text is refused with this condition and SQLSTATE, at this column of its one line. */
const refused: readonly (readonly [text: string, condition: string, sqlstate: string, column: number])[] = [
  ["SELECT nope FROM emp", "UNRESOLVED_COLUMN", "42703", 8],
  ["SELECT rowid FROM emp", "UNRESOLVED_COLUMN", "42703", 8],
  ["SELECT _metadata.file_path FROM emp", "UNRESOLVED_COLUMN", "42703", 8],
  ["SELECT emp.id FROM emp e", "UNRESOLVED_COLUMN", "42703", 8],
  ["SELECT other.s.emp.id FROM emp", "UNRESOLVED_COLUMN", "42703", 8],
  ["SELECT s FROM sec s", "UNRESOLVED_COLUMN", "42703", 8],
  ["SELECT s.rank FROM (SELECT id FROM sec) s", "UNRESOLVED_COLUMN", "42703", 8],
  ["SELECT * FROM emp JOIN dept USING (floor)", "UNRESOLVED_COLUMN", "42703", 36],
  ["SELECT * EXCEPT (nope) FROM emp", "UNRESOLVED_COLUMN", "42703", 18],
  ["SELECT * FROM emp, (SELECT emp.id) x", "UNRESOLVED_COLUMN", "42703", 28],
  ["SELECT id FROM emp LIMIT id", "UNRESOLVED_COLUMN", "42703", 26],
  ["SELECT DISTINCT dept FROM emp ORDER BY salary", "UNRESOLVED_COLUMN", "42703", 40],
  ["SELECT id FROM emp UNION SELECT 1 ORDER BY salary", "UNRESOLVED_COLUMN", "42703", 44],
  ["SELECT addr.nope FROM emp", "FIELD_NOT_FOUND", "42703", 13],
  ["SELECT dept FROM emp, dept", "AMBIGUOUS_REFERENCE", "42702", 8],
  ["SELECT a.id FROM emp a, sec a", "AMBIGUOUS_REFERENCE", "42702", 8],
  ["SELECT 1 AS x, 2 AS x, x + 1", "AMBIGUOUS_REFERENCE", "42702", 24],
  ["SELECT salary AS x, id AS x FROM emp ORDER BY x", "AMBIGUOUS_REFERENCE", "42702", 47],
  ["SELECT * FROM missing", "TABLE_OR_VIEW_NOT_FOUND", "42P01", 15],
  ["SELECT * FROM (WITH q AS (SELECT 1) SELECT * FROM q) x, q", "TABLE_OR_VIEW_NOT_FOUND", "42P01", 57],
  ["WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a", "TABLE_OR_VIEW_NOT_FOUND", "42P01", 26],
  ["WITH a AS (SELECT 1), a AS (SELECT 2) SELECT * FROM a", "DUPLICATED_CTE_NAMES", "42602", 23],
  ["SELECT evil(id) FROM emp", "UNRESOLVED_ROUTINE", "42883", 8],
  ["SELECT read_text('/etc/passwd')", "UNRESOLVED_ROUTINE", "42883", 8],
  ["SELECT * FROM duckdb_tables()", "UNRESOLVED_ROUTINE", "42883", 15],
  ["SELECT a.b.c(1)", "UNRESOLVED_ROUTINE", "42883", 8],
  ["SELECT salary FROM emp GROUP BY dept", "MISSING_AGGREGATION", "42803", 8],
  ["SELECT id, max(salary) FROM emp", "MISSING_AGGREGATION", "42803", 8],
  ["SELECT dept FROM emp GROUP BY dept ORDER BY salary", "MISSING_AGGREGATION", "42803", 45],
  [
    "SELECT dept, (SELECT max(x.id) FROM sec x WHERE x.id = e.id) FROM emp e GROUP BY dept",
    "MISSING_AGGREGATION",
    "42803",
    56,
  ],
  ["SELECT id FROM emp WHERE count(*) > 1", "GROUP_BY_AGGREGATE", "42903", 26],
  ["SELECT sum(max(id)) FROM emp", "GROUP_BY_AGGREGATE", "42903", 12],
  ["SELECT max(id) AS m FROM emp GROUP BY m", "GROUP_BY_AGGREGATE", "42903", 39],
  ["SELECT a.id FROM emp a JOIN sec b ON max(a.id) = b.id", "GROUP_BY_AGGREGATE", "42903", 38],
  ["SELECT sum(id) AS s, max(s) FROM emp", "NESTED_AGGREGATE_FUNCTION", "42607", 22],
  ["SELECT id FROM emp WHERE row_number() OVER (ORDER BY id) = 1", "UNSUPPORTED_EXPR_FOR_WINDOW", "42P20", 26],
  ["SELECT row_number() FROM emp", "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE", "42601", 8],
  ["SELECT sum(id) OVER w FROM emp", "MISSING_WINDOW_SPECIFICATION", "42P20", 21],
  ["SELECT id FROM emp QUALIFY id = 1", "QUALIFY_WITHOUT_WINDOW", "42601", 28],
  ["SELECT id FROM emp ORDER BY 9", "ORDER_BY_POS_OUT_OF_RANGE", "42805", 29],
  ["SELECT id FROM emp GROUP BY 0", "GROUP_BY_POS_OUT_OF_RANGE", "42805", 29],
  ["SELECT 1 UNION SELECT 1, 2", "NUM_COLUMNS_MISMATCH", "42826", 10],
  ["SELECT TRUE UNION SELECT 1", "DATATYPE_MISMATCH", "42K09", 13],
  ["SELECT id FROM emp WHERE id", "DATATYPE_MISMATCH", "42K09", 26],
  ["SELECT CASE WHEN TRUE THEN 1 ELSE DATE '2024-01-01' END", "DATATYPE_MISMATCH", "42K09", 8],
  ["SELECT * FROM (SELECT 1) AS x(a, b)", "ASSIGNMENT_ARITY_MISMATCH", "42802", 29],
  ["SELECT upper(explode(tags)) FROM emp", "UNSUPPORTED_GENERATOR", "42K0E", 14],
  ["SELECT * FROM emp VERSION AS OF 1", "UNSUPPORTED_FEATURE", "0A000", 19],
  ["SELECT id FROM emp WHERE (id, name) IN (SELECT id, ssn FROM sec)", "UNSUPPORTED_FEATURE", "0A000", 26],
  ["SELECT transform(tags, t -> (SELECT max(ssn) FROM sec)) FROM emp", "UNSUPPORTED_FEATURE", "0A000", 29],
  ["SELECT transform(tags, (t, T) -> t) FROM emp", "INVALID_LAMBDA_FUNCTION_CALL.DUPLICATE_ARG_NAMES", "42K0D", 24],
  ["SELECT :p", "UNBOUND_SQL_PARAMETER", "42P02", 8],
];

describe("refuses with condition and position", () => {
  for (const [text, condition, sqlstate, column] of refused) {
    it(text, () => {
      const { options, message } = faultOf(text);
      assert.deepEqual(
        [options.reason, options.sqlstate, options.position],
        [condition, sqlstate, { line: 1, column }],
      );
      assert.match(message, /^\[[A-Z_.]+\] /);
    });
  }
});

describe("refers to tables", () => {
  it("not where a common table of the name is in scope", () => {
    const query = resolve("WITH sec AS (SELECT 1 AS a) SELECT * FROM sec");
    assert.equal(selectOf(query).from?.kind, "common_table_reference");
  });

  it("within the common table that shadows them", () => {
    const query = resolve("WITH sec AS (SELECT * FROM sec) SELECT * FROM sec");
    assert.deepEqual(relationsOf(selectOf(query.with[0]!.query).from), ["1 main.s.sec"]);
    assert.deepEqual(shape(query), ["id INT", "ssn STRING"]);
  });

  it("by every spelling of case and qualification alike", () => {
    for (const name of ["sec", "SEC", "s.sec", "`main`.`S`.`Sec`", "main . s . sec"]) {
      assert.deepEqual(relationsOf(selectOf(resolve(`SELECT 1 AS x FROM ${name}`)).from), ["1 main.s.sec"]);
    }
  });

  it("by a full name past a common table of the last part", () => {
    const query = resolve("WITH sec AS (SELECT 1 AS a) SELECT * FROM s.sec");
    assert.deepEqual(relationsOf(selectOf(query).from), ["1 main.s.sec"]);
  });

  it("with a number of their own for each place", () => {
    const query = resolve("SELECT 1 AS x FROM sec a, sec b, (SELECT * FROM sec) c");
    assert.deepEqual(relationsOf(selectOf(query).from), ["1 main.s.sec", "2 main.s.sec", "3 main.s.sec"]);
  });
});

describe("gives columns", () => {
  const cases: readonly (readonly [text: string, columns: readonly string[]])[] = [
    [
      "SELECT e.*, floor FROM emp e JOIN dept USING (dept)",
      [
        "dept STRING",
        "id INT",
        "name STRING",
        "salary INT",
        "tags ARRAY<STRING>",
        "addr STRUCT<city: STRING>",
        "floor INT",
      ],
    ],
    ["SELECT 1 AS a UNION SELECT 2.5", ["a DECIMAL(11,1)"]],
    ["SELECT addr.* FROM emp", ["city STRING"]],
    ["SELECT emp.addr.city FROM emp", ["city STRING"]],
    ["SELECT main.s.sec.ssn FROM main.s.sec", ["ssn STRING"]],
    ["SELECT * FROM VALUES (1, NULL), (2L, 'x')", ["col1 BIGINT", "col2 STRING"]],
    ["WITH q(b) AS (SELECT id AS a FROM sec) SELECT * FROM q", ["b INT"]],
    ["SELECT x.* FROM sec AS x(p, q)", ["p INT", "q STRING"]],
    ["SELECT 1 AS ssn, ssn AS other FROM sec", ["ssn INT", "other STRING"]],
    ["TABLE dept", ["dept STRING", "floor INT"]],
    ["SELECT id + 1 FROM sec", ["id + 1 INT"]],
  ];
  for (const [text, columns] of cases) {
    it(text, () => assert.deepEqual(shape(resolve(text)), columns));
  }
});

it("makes a cast that nobody wrote a node of its own", () => {
  const [item] = selectOf(resolve("SELECT coalesce(id, 1.5) AS x FROM sec")).items;
  const value = item!.value;
  assert.equal(value.kind, "call");
  const [first] = value.kind === "call" ? value.arguments : [];
  assert.deepEqual([first?.kind, first?.kind === "cast" && first.implicit], ["cast", true]);
});

it("freezes every node", () => {
  const isFrozen = (node: unknown): boolean =>
    typeof node !== "object" ||
    node === null ||
    (Object.isFrozen(node) && Object.entries(node).every(([key, value]) => key === "function" || isFrozen(value)));
  assert.ok(
    isFrozen(resolve("WITH q AS (SELECT id FROM emp) SELECT max(id), count(*) FROM q GROUP BY id + 1 ORDER BY 1").body),
  );
});

it("lets a policy see the columns of its table and no others", () => {
  const source = { alias: "t", columns: [{ id: "c0", name: "region", type: typeOfText("STRING") }] };
  const value = resolveOver(parseExpressionText("REGION = 'eu'"), source, ports);
  assert.equal(spellType(value.type), "BOOLEAN");
  assert.throws(() => resolveOver(parseExpressionText("owner = 'me'"), source, ports), /UNRESOLVED_COLUMN/);
  assert.throws(() => resolveOver(parseExpressionText("count(*) > 1"), source, ports), /GROUP_BY_AGGREGATE/);
});
