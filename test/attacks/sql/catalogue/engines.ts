import type { Entry } from "../attack.ts";

/** A table of two columns beside `id`, filtered by a body over `v`. */
const filtered = (name: string, type: string, rows: string, body: string): readonly string[] => [
  `CREATE TABLE lake.s.${name} (id INT, v ${type})`,
  `INSERT INTO lake.s.${name} VALUES ${rows}`,
  `CREATE FUNCTION lake.gov.f_${name}(v ${type}) RETURNS BOOLEAN RETURN ${body}`,
  `ALTER TABLE lake.s.${name} SET ROW FILTER lake.gov.f_${name} ON (v)`,
];

/**
 * Entries 79 and 80: what engines take differently in a filter, held to what Databricks shows; and ways around the row security of a
 * database that has roles, of which the language has none.
 */
export const engines: readonly Entry[] = [
  {
    number: 79,
    name: "what engines read differently in a filter",
    attacks: [
      { title: "a NULL of the filter", sql: "SELECT count(*) FROM sec WHERE region IS NULL", rows: [["0"]] },
      {
        title: "<> beside NULL",
        setup: filtered("other", "STRING", "(1, 'eu'), (2, 'us'), (3, NULL)", "v <> 'us'"),
        sql: "SELECT id FROM other ORDER BY id",
        rows: [["1"]],
      },
      {
        title: "NOT IN beside NULL",
        setup: filtered("none_of", "STRING", "(1, 'eu'), (2, 'us'), (3, NULL)", "v NOT IN ('us', NULL)"),
        sql: "SELECT id FROM none_of ORDER BY id",
        rows: [],
      },
      {
        title: "case and trailing blanks",
        setup: filtered("padded", "STRING", "(1, 'eu'), (2, 'EU'), (3, 'eu '), (4, ' eu')", "v = 'eu'"),
        sql: "SELECT id FROM padded ORDER BY id",
        rows: [["1"]],
      },
      {
        title: "the last digit of a decimal",
        setup: filtered("cents", "DECIMAL(10, 3)", "(1, 1.004), (2, 1.005), (3, 1.006)", "v > 1.005"),
        sql: "SELECT id FROM cents ORDER BY id",
        rows: [["3"]],
      },
      {
        title: "a day's end, in UTC",
        setup: filtered(
          "days",
          "TIMESTAMP",
          "(1, TIMESTAMP '2024-01-01 23:30:00'), (2, TIMESTAMP '2024-01-02 00:30:00')",
          "CAST(v AS DATE) = DATE '2024-01-01'",
        ),
        sql: "SELECT id FROM days ORDER BY id",
        rows: [["1"]],
      },
      {
        title: "a number that is none, above all others",
        setup: filtered("reals", "DOUBLE", "(1, 1.0D), (2, CAST('NaN' AS DOUBLE)), (3, 3.0D)", "v > 2"),
        sql: "SELECT id FROM reals ORDER BY id",
        rows: [["2"], ["3"]],
      },
    ],
  },
  {
    number: 80,
    name: "ways around row security of roles",
    attacks: [
      {
        title: "a function with its owner's role",
        sql: "CREATE FUNCTION lake.desk.f() RETURNS INT LANGUAGE SQL SECURITY DEFINER RETURN 1",
        refused: "SECURITY",
      },
      { title: "row security that does not bind", sql: "ALTER TABLE sec NO FORCE ROW LEVEL SECURITY", refused: "NO" },
      { title: "row security switched off", sql: "SET row_security = off", refused: "SET" },
      { title: "a role without it", sql: "ALTER ROLE eve BYPASSRLS", refused: "ROLE" },
      { title: "a copy to the client", sql: "COPY sec TO STDOUT", refused: "COPY" },
      { title: "statistics of columns", sql: "SELECT most_common_vals FROM pg_stats", refused: "pg_stats" },
      { title: "TRUNCATE", sql: "TRUNCATE TABLE sec", refused: "TRUNCATE" },
      { title: "a publication", sql: "CREATE PUBLICATION p FOR TABLE sec", refused: "PUBLICATION" },
      {
        title: "an operator that leaks",
        sql: "CREATE OPERATOR <<< (LEFTARG = INT, RIGHTARG = INT, PROCEDURE = f)",
        refused: "OPERATOR",
      },
      { title: "where names are looked up", sql: "SET search_path = desk", refused: "SET" },
    ],
  },
];
