import type { Entry } from "./attack.ts";

const FAILS = /\[INVALID_PARAMETER_VALUE\]/;

/**
 * A mask that fails on values of hidden rows. Whatever a reader asks for, it fails or it does not: where the answer depended on the
 * reader's conditions, they would tell which hidden rows there are.
 */
const fragile: readonly string[] = [
  "CREATE TABLE lake.s.fragile (id INT, code STRING, region STRING)",
  "INSERT INTO lake.s.fragile SELECT id, code, region FROM lake.vault.book",
  "CREATE FUNCTION lake.gov.as_pattern(c STRING) RETURNS STRING RETURN regexp_replace('abc', c, 'x')",
  "ALTER TABLE lake.s.fragile SET ROW FILTER lake.gov.by_region ON (region)",
  "ALTER TABLE lake.s.fragile ALTER COLUMN code SET MASK lake.gov.as_pattern",
];

export const failingPolicies: readonly Entry[] = [
  {
    number: 0,
    name: "a policy that fails on hidden rows tells nothing of them",
    attacks: [
      { title: "all of it", setup: fragile, sql: "SELECT count(code) FROM fragile", error: FAILS },
      { title: "a hidden row", sql: "SELECT count(code) FROM fragile WHERE id = 7 AND code = 'x'", error: FAILS },
      { title: "a visible row", sql: "SELECT count(code) FROM fragile WHERE id = 8 AND code = 'x'", error: FAILS },
      { title: "no row", sql: "SELECT count(code) FROM fragile WHERE id = -1 AND code = 'x'", error: FAILS },
      {
        title: "a statement that does not ask for the masked column",
        sql: "SELECT count(*) FROM fragile WHERE id < 10",
        rows: [["9"]],
      },
    ],
  },
];
