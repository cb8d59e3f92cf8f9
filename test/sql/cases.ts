import { OFFICER, STRANGER } from "./setting.ts";

/** One statement and the rows it gives. `by` is the reader when not told. */
export interface Case {
  readonly title: string;
  readonly sql: string;
  readonly by?: string;
  readonly rows: readonly (readonly (string | null)[])[];
}

const EU = [
  ["1", "ann", "***-1111"],
  ["3", "cyn", "***-3333"],
] as const;

/** Statements in the plain way; what attackers try is in test/attacks/sql. The current names are lake.s. */
export const cases: readonly Case[] = [
  { title: "a filter hides rows and a mask hides values", sql: "SELECT id, name, ssn FROM sec ORDER BY id", rows: EU },
  {
    title: "another subject has other rows",
    by: OFFICER,
    sql: "SELECT id, ssn FROM sec ORDER BY id",
    rows: [
      ["2", "222-22-2222"],
      ["4", "444-44-4444"],
    ],
  },
  { title: "whoever the filter knows nothing of sees nothing", by: STRANGER, sql: "SELECT id FROM sec", rows: [] },
  { title: "a NULL of the filter drops the row", sql: "SELECT count(*) FROM sec WHERE name = 'nil'", rows: [["0"]] },
  {
    title: "a star lists the governed columns",
    sql: "SELECT * FROM sec ORDER BY id",
    rows: [
      ["1", "ann", "eu", "***-1111", "900"],
      ["3", "cyn", "eu", "***-3333", null],
    ],
  },
  { title: "count sees the visible rows alone", sql: "SELECT count(*) FROM sec", rows: [["2"]] },
  { title: "a filter without arguments holds for the whole table", sql: "SELECT count(*) FROM night", rows: [["0"]] },
  {
    title: "a filter without arguments lets its group through",
    by: OFFICER,
    sql: "SELECT count(*) FROM night",
    rows: [["2"]],
  },
  {
    title: "an argument keeps its meaning under an alias of the body's",
    sql: "SELECT a, ssn_of(sec.id) FROM t AS sec ORDER BY a",
    rows: [
      ["x", "***-1111"],
      ["y", null],
      ["z", null],
    ],
  },
  {
    title: "an argument keeps its meaning under a lambda of the body's",
    sql: "SELECT bumped(x) FROM (SELECT id AS x FROM t) AS q ORDER BY 1",
    rows: [["[2,3]"], ["[3,4]"], ["[7,8]"]],
  },
  {
    title: "a table function reads the row before it",
    sql: "SELECT t.a, r.doubled FROM t, LATERAL doubles(t.id) AS r ORDER BY t.a",
    rows: [
      ["x", "2"],
      ["y", "4"],
      ["z", "12"],
    ],
  },
  { title: "a column wins over a parameter of its name", sql: "SELECT shadow(99)", rows: [["6"]] },
  {
    title: "two references to one governed table",
    sql: "SELECT a.id, b.id FROM sec AS a JOIN sec AS b ON a.id < b.id",
    rows: [["1", "3"]],
  },
  {
    title: "a governed table beside itself in a view",
    sql: "SELECT count(*) FROM v JOIN sec ON v.id = sec.id JOIN vv ON vv.name = sec.name",
    rows: [["2"]],
  },
  {
    title: "a view's columns under another alias",
    sql: "SELECT x.b FROM v AS x(a, b, c) ORDER BY x.a",
    rows: [["ann"], ["cyn"]],
  },
  {
    title: "rows set apart are those that the sure conditions of a join leave",
    sql: "SELECT sec.id, t.a, substring_index(sec.name, 'n', t.id) FROM sec JOIN t ON sec.id = t.id WHERE sec.name <> 'cyn'",
    rows: [["1", "x", "a"]],
  },
  {
    title: "a condition on a masked column sees the mask of rows set apart",
    sql: "SELECT substring_index(name, 'z', id) FROM sec JOIN t USING (id) WHERE ssn = '111-11-1111' OR ssn = '***-3333'",
    rows: [],
  },
  {
    title: "a condition on the masked column of rows set apart leaves those with that mask",
    sql: "SELECT substring_index(name, 'z', sec.id) FROM sec LEFT JOIN t ON sec.id = t.id WHERE ssn = '***-3333'",
    rows: [["cyn"]],
  },
  {
    title: "of an outer join no condition of the other side takes rows away",
    sql: "SELECT t.id, substring_index(sec.name, 'z', 1) FROM t LEFT JOIN sec ON sec.id = t.id AND sec.name = 'bob' ORDER BY t.id",
    rows: [
      ["1", null],
      ["2", null],
      ["6", null],
    ],
  },
  {
    title: "two references set apart keep the rows of each other's conditions",
    sql: "SELECT a.id, b.id, substring_index(a.name, 'z', b.id) FROM sec AS a JOIN sec AS b ON a.id < b.id WHERE a.name = 'ann'",
    rows: [["1", "3", "ann"]],
  },
];
