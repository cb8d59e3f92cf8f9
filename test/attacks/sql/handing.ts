/** What the reader's rows of `sec`, and of the ledger, do not have: hidden rows' values, and values beneath masks. */
export const HIDDEN =
  /bob|dan|nil|111-11|222-22|333-33|444-44|555-55|\b950\b|\b5000\b|poison|none|9223372036854775807|\bus\b/;

/** Each hands something over, and something else where no policy is enforced. */
export const shapes: Readonly<Record<string, string>> = {
  "in the select list": "SELECT spy(name), spy(ssn), spy_n(salary) FROM sec",
  "in WHERE": "SELECT id FROM sec WHERE spy(ssn) > ''",
  "in WHERE, before another condition": "SELECT id FROM sec WHERE spy(name) <> 'x' AND region = 'us'",
  "in WHERE, with OR": "SELECT id FROM sec WHERE id < 0 OR spy(name) = 'bob'",
  "in WHERE, and one of a condition that would let all through":
    "SELECT id FROM sec WHERE region IS NULL OR spy(region) = 'us'",
  "in CASE, on a branch that is never taken": "SELECT CASE WHEN id < 0 THEN spy(ssn) ELSE 'no' END FROM sec",
  "in JOIN ON": "SELECT t.id FROM t JOIN sec ON spy(sec.ssn) = t.a",
  "in JOIN ON, with values of both sides": "SELECT t.id FROM t JOIN sec ON spy(concat(t.a, sec.ssn)) = 'x'",
  "in LEFT JOIN ON": "SELECT t.id FROM t LEFT JOIN sec ON spy(sec.name) = t.a",
  "in GROUP BY": "SELECT spy(region), count(*) FROM sec GROUP BY spy(region)",
  "in HAVING": "SELECT name FROM sec GROUP BY name HAVING spy(name) > ''",
  "in an aggregate": "SELECT max(spy(ssn)) FROM sec",
  "in a window": "SELECT row_number() OVER (PARTITION BY spy(region) ORDER BY spy(ssn)) FROM sec",
  "in ORDER BY": "SELECT id FROM sec ORDER BY spy(ssn)",
  "of a call": "SELECT spy(spy(ssn)) FROM sec",
  "of an expression that may fail": "SELECT spy_n(1000 / (salary - 950)) FROM sec",
  "of a subquery": "SELECT spy((SELECT max(name) FROM sec)), spy((SELECT min(ssn) FROM sec))",
  "in EXISTS": "SELECT t.id FROM t WHERE EXISTS (SELECT 1 FROM sec WHERE sec.id = t.id AND spy(sec.name) > '')",
  "in IN": "SELECT t.id FROM t WHERE t.a IN (SELECT spy(name) FROM sec)",
  "in a common table": "WITH c AS (SELECT spy(ssn) AS s, name FROM sec) SELECT s, spy(name) FROM c",
  "in a union": "SELECT spy(a) FROM t UNION ALL SELECT spy(name) FROM sec",
  "through a view": "SELECT spy(ssn), spy(name) FROM v",
  "through a view of a view": "SELECT name FROM vv WHERE spy(ssn) > ''",
  "through a table function": "SELECT spy(ssn) FROM staff()",
  "through a function of a row": "SELECT spy(ssn_of(id)) FROM t",
  "in a view": "SELECT * FROM spying",
  "in a SQL function": "SELECT spied(ssn) FROM sec",
  "on stored Parquet with dictionaries": "SELECT count(*) FROM ledger WHERE spy(code) > '' AND spy_n(pay) > 0",
  "on stored Parquet, one row of it": "SELECT spy(code) FROM ledger WHERE id = 7 OR id = 8",
  "of a limit": "SELECT spy(code) FROM (SELECT code FROM ledger ORDER BY pay LIMIT 30)",
};

/** What a view or function lends no row of, whoever asks. */
export const lent: Readonly<Record<string, string>> = {
  "of a view's rows": "SELECT count(*) FROM my_book WHERE spy(code) > ''",
  "of a view of a view": "SELECT max(spy(txt)) FROM my_shelf WHERE spy(code) > ''",
  "of a view with a look-up": "SELECT count(*) FROM my_mapped_book WHERE spy(code) > '' OR spy_n(1 / (id + 1)) = 0",
  "of a table function": "SELECT count(*) FROM my_pages(0) WHERE spy(txt) > ''",
  "of what a function finds": "SELECT spy(code_of(id)) FROM t",
};
