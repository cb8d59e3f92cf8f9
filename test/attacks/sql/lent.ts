import type { Attack, Entry } from "./attack.ts";

/** Expressions that fail on the hidden rows alone; the engine evaluates them over whole dictionaries of stored columns. */
const failing: Readonly<Record<string, string>> = {
  "a regular expression from a column": "regexp_replace('abc', code, 'x') IS NOT NULL",
  "a split by a column": "size(split('abc', code)) > 0",
  "all matches of a column": "size(regexp_extract_all('abc', code, 0)) >= 0",
};

/** Ways to ask for rows of which a view or function leaves some out. */
const shapes: readonly (readonly [title: string, statement: (condition: string) => string, count: string])[] = [
  ["of a view, in WHERE", (what) => `SELECT count(*) FROM my_book WHERE ${what}`, "19980"],
  ["of a view, in the select list", (what) => `SELECT count(${what}) FROM my_book`, "19980"],
  ["of a view, in a join", (what) => `SELECT count(*) FROM t JOIN my_book AS b ON b.id = t.id AND ${what}`, "3"],
  ["of a view over a view", (what) => `SELECT count(*) FROM my_shelf WHERE ${what}`, "19980"],
  ["of a view that joins", (what) => `SELECT count(*) FROM my_mapped_book WHERE ${what}`, "19980"],
  [
    "of a view in a common table",
    (what) => `WITH c AS (SELECT * FROM my_book) SELECT count(*) FROM c WHERE ${what}`,
    "19980",
  ],
  ["of a view in EXISTS", (what) => `SELECT count(*) FROM t WHERE EXISTS (SELECT 1 FROM my_book WHERE ${what})`, "3"],
  ["of a table function", (what) => `SELECT count(*) FROM my_pages(0) WHERE ${what}`, "19980"],
];

const beneath = (condition: string): string => `SELECT count(*) FROM lake.vault.book WHERE ${condition}`;

/** Each expression in WHERE, and the first in every shape. */
const reached: readonly Attack[] = Object.entries(failing).flatMap(([name, condition], i) =>
  (i === 0 ? shapes : shapes.slice(0, 1)).map(([title, statement, count]) => ({
    title: `${name}, ${title}`,
    sql: statement(condition),
    rows: [[count]],
    bites: beneath(condition),
  })),
);

const dependent = "called for each row of another table";
const unsure = "a value whose computation may fail";

/** A function that counts rows of the reader's regions, and only on some of them needs what it was given. */
const counting = (name: string, needs: string): string =>
  `CREATE FUNCTION lake.s.${name}(least INT) RETURNS BIGINT RETURN (
     SELECT count(*) FROM lake.vault.book AS b
     WHERE EXISTS (SELECT 1 FROM lake.gov.region_map AS m WHERE m.u = current_user() AND m.region = b.region)
       AND CASE WHEN ${needs} THEN id > least ELSE FALSE END)`;

export const lent: readonly Entry[] = [
  { number: 0, name: "what a view or a function leaves out is not told by an error", attacks: reached },
  {
    number: 0,
    name: "a table function for each row of another table is not run beside what may fail",
    attacks: [
      {
        title: "a division",
        sql: "SELECT t.a, 1 / r.id FROM t, LATERAL my_pages(t.id) AS r",
        refused: dependent,
      },
      {
        title: "a regular expression",
        sql: "SELECT t.a FROM t, LATERAL my_pages(t.id) AS r WHERE regexp_replace('a', r.code, '') IS NOT NULL",
        refused: dependent,
      },
      {
        title: "by itself it is",
        sql: "SELECT count(*) FROM t, LATERAL my_pages(t.id) AS r WHERE r.id <= 8",
        rows: [["15"]],
        harmless: "a function's own condition is no policy",
      },
    ],
  },
  {
    number: 0,
    name: "a function's body does not tell by failing on what it was given which rows it met",
    attacks: [
      {
        title: "a constant that fails, and hidden rows that need it",
        setup: [counting("poor", "pay = 0"), counting("rich", "pay = 10000")],
        sql: "SELECT poor(1 div 0)",
        error: /\[DIVIDE_BY_ZERO\]/,
      },
      {
        title: "a constant that fails, and no row that needs it",
        sql: "SELECT rich(1 div 0)",
        error: /\[DIVIDE_BY_ZERO\]/,
      },
      { title: "a cast that fails", sql: "SELECT rich(CAST('x' AS INT))", error: /\[CAST_INVALID_INPUT\]/ },
      { title: "a table function", sql: "SELECT count(*) FROM my_pages(1 div 0)", error: /\[DIVIDE_BY_ZERO\]/ },
      { title: "a value that may fail, for each row", sql: "SELECT rich(1 div t.id) FROM t", refused: unsure },
      { title: "a text of the row as a number", sql: "SELECT poor(CAST(t.a AS INT)) FROM t", refused: unsure },
      {
        title: "a column as it is",
        sql: "SELECT a, code_of(id) FROM t ORDER BY a",
        rows: [
          ["x", "ok1"],
          ["y", "ok2"],
          ["z", "ok6"],
        ],
        harmless: "a function's own condition is no policy",
      },
    ],
  },
  {
    number: 0,
    name: "a function's own conditions hold before what it was given can fail on a row",
    attacks: [
      {
        title: "a text that is no number, and hidden rows of the region",
        setup: [
          `CREATE FUNCTION lake.s.since(wanted STRING, least STRING) RETURNS BIGINT RETURN (
             SELECT count(*) FROM lake.vault.book AS b
             WHERE EXISTS (SELECT 1 FROM lake.gov.region_map AS m WHERE m.u = current_user() AND m.region = b.region)
               AND region = wanted AND id >= CAST(least AS INT))`,
          `CREATE FUNCTION lake.s.ids_since(wanted STRING, least STRING) RETURNS TABLE (id INT) RETURN
             SELECT b.id FROM lake.vault.book AS b JOIN lake.gov.region_map AS m ON m.region = b.region
             WHERE m.u = current_user() AND b.region = wanted AND b.id >= CAST(least AS INT)`,
          `CREATE FUNCTION lake.s.coded(wanted INT, text STRING) RETURNS BIGINT RETURN (
             SELECT count(*) FROM lake.vault.book AS b
             WHERE region = 'eu' AND pay = wanted AND regexp_replace(text, code, 'x') IS NOT NULL)`,
          `CREATE FUNCTION lake.s.last_codes(least STRING) RETURNS TABLE (code STRING, n BIGINT) RETURN
             SELECT b.code, count(*) AS n FROM lake.vault.book AS b JOIN lake.gov.region_map AS m ON m.region = b.region
             WHERE m.u = current_user() AND b.id >= CAST(least AS INT)
             GROUP BY b.code HAVING count(*) > 1 ORDER BY max(b.id) DESC LIMIT 2`,
        ],
        sql: "SELECT since('us', 'x')",
        rows: [["0"]],
        bites: beneath("region = 'us' AND id >= CAST('x' AS INT)"),
      },
      {
        title: "and none of another",
        sql: "SELECT since('none', 'x')",
        rows: [["0"]],
        harmless: "a function's own condition is no policy",
      },
      {
        title: "in a table function that joins",
        sql: "SELECT count(*) FROM ids_since('us', 'x')",
        rows: [["0"]],
        bites: beneath("region = 'us' AND id >= CAST('x' AS INT)"),
      },
      {
        title: "a regular expression from a column of hidden rows",
        sql: "SELECT coded(5, 'ok')",
        rows: [["2000"]],
        bites: beneath("regexp_replace('ok', code, 'x') IS NOT NULL"),
      },
      {
        title: "for each row of another table",
        sql: "SELECT a, since('eu', '19990') FROM t ORDER BY a",
        rows: [
          ["x", "10"],
          ["y", "10"],
          ["z", "10"],
        ],
        harmless: "a function's own condition is no policy",
      },
      {
        title: "beside groups, HAVING, ORDER BY and LIMIT",
        sql: "SELECT * FROM last_codes('19000')",
        rows: [
          ["ok49", "20"],
          ["ok48", "20"],
        ],
        harmless: "a function's own condition is no policy",
      },
    ],
  },
];
