import type { Entry } from "../attack.ts";

const MASKED = [["***-1111"], ["***-3333"]] as const;
const WHOLE = [
  ["1", "ann", "eu", "***-1111", "900"],
  ["3", "cyn", "eu", "***-3333", null],
] as const;

/** Entries 10 to 31: places in a query where a table can hide. */
export const places: readonly Entry[] = [
  {
    number: 10,
    name: "a scalar subquery",
    attacks: [
      { title: "in the select list", sql: "SELECT (SELECT max(ssn) FROM sec)", rows: [["***-3333"]] },
      {
        title: "correlated",
        sql: "SELECT a, (SELECT ssn FROM sec WHERE sec.id = t.id) FROM t ORDER BY a",
        rows: [
          ["x", "***-1111"],
          ["y", null],
          ["z", null],
        ],
      },
      { title: "of another", sql: "SELECT (SELECT max((SELECT max(ssn) FROM sec)) FROM t)", rows: [["***-3333"]] },
    ],
  },
  {
    number: 11,
    name: "EXISTS",
    attacks: [
      {
        title: "correlated",
        sql: "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM sec WHERE sec.id = t.id) ORDER BY a",
        rows: [["x"]],
      },
      {
        title: "not",
        sql: "SELECT a FROM t WHERE NOT EXISTS (SELECT 1 FROM sec WHERE sec.id = t.id) ORDER BY a",
        rows: [["y"], ["z"]],
      },
      { title: "of a hidden value", sql: "SELECT EXISTS (SELECT 1 FROM sec WHERE salary = 5000)", rows: [["false"]] },
      { title: "of a query that begins with FROM", sql: "SELECT EXISTS (FROM sec)", refused: "FROM" },
    ],
  },
  {
    number: 12,
    name: "IN",
    attacks: [
      { title: "a query", sql: "SELECT g FROM guesses WHERE g IN (SELECT ssn FROM sec)", rows: [["***-1111"]] },
      {
        title: "not in a query with a NULL",
        sql: "SELECT count(*) FROM t WHERE id NOT IN (SELECT salary FROM sec)",
        rows: [["0"]],
      },
      {
        title: "not in a query",
        sql: "SELECT id FROM t WHERE id NOT IN (SELECT id FROM sec) ORDER BY id",
        rows: [["2"], ["6"]],
      },
      { title: "of a row", sql: "SELECT 1 FROM t WHERE (id, a) IN (SELECT id, name FROM sec)", refused: "IN (SELECT" },
    ],
  },
  {
    number: 13,
    name: "LATERAL",
    attacks: [
      {
        title: "behind a comma",
        sql: "SELECT t.a, x.ssn FROM t, LATERAL (SELECT ssn FROM sec AS s WHERE s.id = t.id) AS x",
        rows: [["x", "***-1111"]],
      },
      {
        title: "in a join",
        sql: "SELECT t.a, x.n FROM t CROSS JOIN LATERAL (SELECT count(*) AS n FROM sec WHERE id >= t.id) AS x ORDER BY a",
        rows: [
          ["x", "2"],
          ["y", "1"],
          ["z", "0"],
        ],
      },
      {
        title: "a LATERAL VIEW of a governed table",
        sql: "SELECT e FROM sec LATERAL VIEW explode(array(ssn, name)) v AS e ORDER BY e",
        rows: [["***-1111"], ["***-3333"], ["ann"], ["cyn"]],
      },
    ],
  },
  {
    number: 14,
    name: "a join's condition",
    attacks: [
      {
        title: "with a scalar subquery",
        sql: "SELECT t.a FROM t JOIN u ON t.a = u.a AND u.n > (SELECT count(*) FROM sec) * 5",
        rows: [["y"]],
      },
      {
        title: "with IN",
        sql: "SELECT t.a FROM t JOIN u ON t.a = u.a AND t.id IN (SELECT id FROM sec)",
        rows: [["x"]],
      },
      {
        title: "of an outer join",
        sql: "SELECT t.a, sec.name FROM t LEFT JOIN sec ON t.id = sec.id ORDER BY a",
        rows: [
          ["x", "ann"],
          ["y", null],
          ["z", null],
        ],
      },
    ],
  },
  {
    number: 15,
    name: "ORDER BY",
    attacks: [
      {
        title: "a subquery that tells the order",
        sql: "SELECT a FROM t ORDER BY CASE WHEN (SELECT count(*) FROM sec) = 2 THEN id ELSE -id END",
        rows: [["x"], ["y"], ["z"]],
      },
      {
        title: "a correlated subquery",
        sql: "SELECT a FROM t ORDER BY (SELECT max(ssn) FROM sec WHERE sec.id = t.id) DESC NULLS LAST, a",
        rows: [["x"], ["y"], ["z"]],
      },
      { title: "a masked column", sql: "SELECT id FROM sec ORDER BY salary NULLS FIRST", rows: [["3"], ["1"]] },
    ],
  },
  {
    number: 16,
    name: "HAVING",
    attacks: [
      {
        title: "a subquery",
        sql: "SELECT count(*) FROM t HAVING count(*) > (SELECT count(*) FROM sec)",
        rows: [["3"]],
      },
      { title: "of groups", sql: "SELECT region FROM sec GROUP BY region HAVING max(salary) > 0", rows: [["eu"]] },
      {
        title: "of masked groups",
        sql: "SELECT ssn FROM sec GROUP BY ssn HAVING ssn LIKE '***%' ORDER BY 1",
        rows: MASKED,
      },
    ],
  },
  {
    number: 17,
    name: "a window",
    attacks: [
      {
        title: "ordered by a subquery",
        sql: "SELECT a, row_number() OVER (ORDER BY CASE WHEN (SELECT count(*) FROM sec) = 2 THEN id ELSE -id END) FROM t ORDER BY a",
        rows: [
          ["x", "1"],
          ["y", "2"],
          ["z", "3"],
        ],
      },
      {
        title: "partitioned by a masked column",
        sql: "SELECT id, count(*) OVER (PARTITION BY salary IS NULL) FROM sec ORDER BY id",
        rows: [
          ["1", "1"],
          ["3", "1"],
        ],
      },
      {
        title: "named",
        sql: "SELECT id, count(*) OVER w FROM sec WINDOW w AS (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) ORDER BY id",
        rows: [
          ["1", "2"],
          ["3", "2"],
        ],
      },
      {
        title: "that looks ahead",
        sql: "SELECT lead(ssn) OVER (ORDER BY id) FROM sec ORDER BY id LIMIT 1",
        rows: [["***-3333"]],
      },
    ],
  },
  {
    number: 18,
    name: "QUALIFY",
    attacks: [
      {
        title: "with a subquery",
        sql: "SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a) <= (SELECT count(*) FROM sec) ORDER BY a",
        rows: [["x"], ["y"]],
      },
      {
        title: "of a governed table",
        sql: "SELECT id FROM sec QUALIFY row_number() OVER (ORDER BY id DESC) = 1",
        rows: [["3"]],
      },
      {
        title: "by a masked column",
        sql: "SELECT id FROM sec QUALIFY rank() OVER (ORDER BY salary DESC NULLS LAST) = 1",
        rows: [["1"]],
      },
    ],
  },
  {
    number: 19,
    name: "LIMIT and OFFSET",
    attacks: [
      { title: "a subquery", sql: "SELECT a FROM t LIMIT (SELECT count(*) FROM sec)", error: /IS_UNFOLDABLE/ },
      { title: "an offset", sql: "SELECT a FROM t OFFSET (SELECT count(*) FROM sec)", error: /IS_UNFOLDABLE/ },
      { title: "behind hidden rows", sql: "SELECT id FROM sec ORDER BY id LIMIT 5 OFFSET 1", rows: [["3"]] },
      { title: "of a subquery", sql: "SELECT count(*) FROM (SELECT 1 FROM sec LIMIT 4)", rows: [["2"]] },
    ],
  },
  {
    number: 20,
    name: "GROUP BY",
    attacks: [
      {
        title: "a subquery",
        sql: "SELECT count(*) FROM t GROUP BY id >= (SELECT count(*) FROM sec) * 3 ORDER BY 1",
        rows: [["1"], ["2"]],
      },
      {
        title: "grouping sets",
        sql: "SELECT region, count(*) FROM sec GROUP BY GROUPING SETS ((region), ()) ORDER BY region",
        rows: [
          [null, "2"],
          ["eu", "2"],
        ],
      },
      {
        title: "a cube",
        sql: "SELECT count(*) FROM sec GROUP BY CUBE (region, ssn) ORDER BY 1",
        rows: [["1"], ["1"], ["1"], ["1"], ["2"], ["2"]],
      },
      {
        title: "all",
        sql: "SELECT ssn, count(*) FROM sec GROUP BY ALL ORDER BY 1",
        rows: [
          ["***-1111", "1"],
          ["***-3333", "1"],
        ],
      },
    ],
  },
  {
    number: 21,
    name: "FILTER",
    attacks: [
      {
        title: "with a subquery",
        sql: "SELECT count(*) FILTER (WHERE id IN (SELECT id FROM sec)) FROM t",
        rows: [["1"]],
      },
      { title: "on a masked column", sql: "SELECT count(*) FILTER (WHERE salary > 950) FROM sec", rows: [["0"]] },
      {
        title: "over a window",
        sql: "SELECT max(ssn) FILTER (WHERE id > 1) OVER () FROM sec LIMIT 1",
        rows: [["***-3333"]],
      },
    ],
  },
  {
    number: 22,
    name: "a lambda",
    attacks: [
      {
        title: "with a subquery",
        sql: "SELECT transform(array(1), x -> (SELECT max(salary) FROM sec))",
        refused: "A subquery inside a lambda",
      },
      {
        title: "that captures a masked column",
        sql: "SELECT transform(array('a'), x -> concat(x, ssn)) FROM sec ORDER BY id",
        rows: [['["a***-1111"]'], ['["a***-3333"]']],
      },
      {
        title: "whose parameter is named like a column",
        sql: "SELECT filter(array(ssn), ssn -> ssn LIKE '111%') FROM sec ORDER BY id LIMIT 1",
        rows: [["[]"]],
      },
      {
        title: "of an aggregate",
        sql: "SELECT aggregate(collect_list(ssn), '', (a, x) -> concat(a, right(x, 1))) FROM sec WHERE id = 1",
        rows: [["1"]],
        harmless: "the mask shows the last digits",
      },
    ],
  },
  {
    number: 23,
    name: "VALUES",
    attacks: [
      { title: "by itself", sql: "VALUES ((SELECT max(ssn) FROM sec))", rows: [["***-3333"]] },
      { title: "in FROM", sql: "SELECT x FROM VALUES ((SELECT count(*) FROM sec)) AS v(x)", rows: [["2"]] },
      {
        title: "in an INSERT",
        before: [
          "CREATE TABLE lake.desk.$copy (x STRING)",
          "INSERT INTO lake.desk.$copy VALUES ((SELECT max(ssn) FROM sec))",
        ],
        sql: "SELECT x FROM lake.desk.$copy",
        rows: [["***-3333"]],
      },
    ],
  },
  {
    number: 24,
    name: "within an expression",
    attacks: [
      {
        title: "CASE",
        sql: "SELECT CASE WHEN (SELECT count(*) FROM sec) = 2 THEN 'two' ELSE 'more' END",
        rows: [["two"]],
      },
      { title: "CAST", sql: "SELECT CAST((SELECT count(*) FROM sec) AS STRING)", rows: [["2"]] },
      {
        title: "BETWEEN",
        sql: "SELECT a FROM t WHERE id BETWEEN (SELECT count(*) FROM sec) AND 6 ORDER BY a",
        rows: [["y"], ["z"]],
      },
      { title: "an IN list", sql: "SELECT id FROM t WHERE id IN ((SELECT count(*) FROM sec), 99)", rows: [["2"]] },
      { title: "a struct", sql: "SELECT named_struct('x', (SELECT max(ssn) FROM sec)).x", rows: [["***-3333"]] },
      { title: "an array", sql: "SELECT array((SELECT max(ssn) FROM sec))[0]", rows: [["***-3333"]] },
      { title: "a function's argument", sql: "SELECT upper((SELECT max(name) FROM sec))", rows: [["CYN"]] },
    ],
  },
  {
    number: 25,
    name: "set operations",
    attacks: [
      {
        title: "UNION ALL",
        sql: "SELECT 'a' AS x UNION ALL SELECT ssn FROM sec ORDER BY x",
        rows: [["***-1111"], ["***-3333"], ["a"]],
      },
      {
        title: "EXCEPT is no oracle",
        sql: "SELECT id FROM t EXCEPT SELECT id FROM sec ORDER BY id",
        rows: [["2"], ["6"]],
      },
      { title: "INTERSECT is no oracle", sql: "SELECT id FROM t INTERSECT SELECT id FROM sec", rows: [["1"]] },
      { title: "of guessed values", sql: "SELECT g FROM guesses INTERSECT SELECT ssn FROM sec", rows: [["***-1111"]] },
      { title: "MINUS", sql: "SELECT '111-11-1111' AS x MINUS SELECT ssn FROM sec", rows: [["111-11-1111"]] },
    ],
  },
  {
    number: 26,
    name: "UNION BY NAME",
    attacks: [
      { title: "of a governed table", sql: "SELECT 1 AS id UNION BY NAME SELECT * FROM sec", refused: "BY NAME" },
      { title: "of all its rows", sql: "SELECT 1 AS id UNION ALL BY NAME SELECT id, ssn FROM sec", refused: "BY NAME" },
      {
        title: "within a subquery",
        sql: "SELECT * FROM (SELECT ssn FROM sec UNION BY NAME SELECT 1 AS x)",
        refused: "BY NAME",
      },
    ],
  },
  {
    number: 27,
    name: "rare joins",
    attacks: [
      { title: "semi", sql: "SELECT a FROM t LEFT SEMI JOIN sec ON t.id = sec.id", rows: [["x"]] },
      { title: "anti", sql: "SELECT a FROM t LEFT ANTI JOIN sec ON t.id = sec.id ORDER BY a", rows: [["y"], ["z"]] },
      {
        title: "full, which gives both sides' rows",
        sql: "SELECT t.id, sec.id FROM t FULL JOIN sec ON t.id = sec.id ORDER BY t.id NULLS LAST, sec.id",
        rows: [
          ["1", "1"],
          ["2", null],
          ["6", null],
          [null, "3"],
        ],
      },
      { title: "ASOF", sql: "SELECT * FROM t ASOF JOIN sec ON t.id >= sec.id", refused: "ASOF" },
      { title: "POSITIONAL", sql: "SELECT * FROM t POSITIONAL JOIN sec", refused: "POSITIONAL" },
    ],
  },
  {
    number: 28,
    name: "TABLE sec",
    attacks: [
      { title: "as a statement", sql: "TABLE sec", rows: WHOLE },
      { title: "in a set operation", sql: "TABLE sec UNION ALL TABLE sec LIMIT 9", rows: [...WHOLE, ...WHOLE] },
      { title: "as a common table", sql: "WITH c AS (TABLE sec) SELECT ssn FROM c ORDER BY 1", rows: MASKED },
      { title: "in FROM", sql: "SELECT count(*) FROM (TABLE sec)", rows: [["2"]] },
    ],
  },
  {
    number: 29,
    name: "FROM first",
    attacks: [
      { title: "as a statement", sql: "FROM sec", refused: "FROM" },
      { title: "with SELECT behind", sql: "FROM sec SELECT ssn", refused: "FROM" },
      { title: "with a pipe", sql: "FROM sec |> WHERE id = 2", refused: "FROM" },
      { title: "a pipe behind a query", sql: "SELECT * FROM sec |> WHERE id = 2", refused: "|>" },
    ],
  },
  {
    number: 30,
    name: "PIVOT",
    attacks: [
      { title: "in FROM", sql: "SELECT * FROM sec PIVOT (sum(salary) FOR region IN ('eu'))", refused: "PIVOT" },
      { title: "UNPIVOT", sql: "SELECT * FROM sec UNPIVOT (v FOR c IN (ssn, name))", refused: "UNPIVOT" },
      { title: "as a statement", sql: "PIVOT sec ON region USING sum(salary)", refused: "PIVOT" },
    ],
  },
  {
    number: 31,
    name: "tables as arguments",
    attacks: [
      { title: "STREAM(t)", sql: "SELECT * FROM STREAM(sec)", refused: "STREAM" },
      { title: "STREAM t", sql: "SELECT * FROM STREAM sec", refused: "STREAM" },
      { title: "TABLE(t)", sql: "SELECT explode(TABLE(sec))", refused: "TABLE(" },
      { title: "TABLE t", sql: "SELECT * FROM staff(TABLE sec)", refused: "TABLE(" },
    ],
  },
];
