import { type Enforcement, enforcement } from "../../../src/sql/govern/enforcement.ts";
import { BOOLEAN } from "../../../src/sql/types/mod.ts";
import { ADMIN, setting } from "../../sql/setting.ts";
import { type SqlWorld, sqlWorld, who } from "../../sql/world.ts";

/**
 * 20,000 rows on Parquet with dictionaries, of which each thousandth is in a region that only others see. Those hidden rows hold
 * values on which functions fail, and no visible row does.
 */
const ROWS = 20_000;
const ledgerRows = `SELECT CAST(id AS INT) AS id,
    CASE WHEN id % 1000 = 7 THEN 'poison(' ELSE concat('ok', CAST(id % 50 AS STRING)) END AS code,
    CASE WHEN id % 1000 = 7 THEN 'none' ELSE CAST(1 + id % 90 AS STRING) END AS txt,
    CASE WHEN id % 1000 = 7 THEN 'us' ELSE 'eu' END AS region,
    CASE WHEN id % 1000 = 7 THEN 0 ELSE CAST(1 + id % 10 AS INT) END AS pay,
    CASE WHEN id % 1000 = 7 THEN 9223372036854775807 ELSE id END AS big
  FROM range(${ROWS})`;

/** Beside the setting of the SQL tests: a governed table of many rows, and the same rows where only views and functions lend them. */
const ledger: readonly string[] = [
  "CREATE TABLE lake.s.ledger (id INT, code STRING, txt STRING, region STRING, pay INT, big BIGINT)",
  `INSERT INTO lake.s.ledger ${ledgerRows}`,
  "ALTER TABLE lake.s.ledger SET ROW FILTER lake.gov.by_region ON (region)",
  "CREATE TABLE lake.vault.book (id INT, code STRING, txt STRING, region STRING, pay INT, big BIGINT)",
  `INSERT INTO lake.vault.book ${ledgerRows}`,
  "CREATE VIEW lake.s.my_book AS SELECT id, code, txt, pay, big FROM lake.vault.book WHERE region = 'eu'",
  "CREATE VIEW lake.s.my_shelf AS SELECT id, code, txt FROM lake.s.my_book",
  `CREATE VIEW lake.s.my_mapped_book AS SELECT b.id, b.code, b.txt FROM lake.vault.book AS b
     JOIN lake.gov.region_map AS m ON m.region = b.region WHERE m.u = current_user()`,
  `CREATE FUNCTION lake.s.my_pages(least INT) RETURNS TABLE (id INT, code STRING, txt STRING)
     RETURN SELECT id, code, txt FROM lake.vault.book WHERE region = 'eu' AND id >= least`,
  `CREATE FUNCTION lake.s.code_of(wanted INT) RETURNS STRING
     RETURN (SELECT max(code) FROM lake.vault.book WHERE region = 'eu' AND id = wanted)`,
];

export interface AttackWorld extends SqlWorld {
  /** Runs `work` with all policies out of force, as a broken enforcement would leave them. */
  unenforced<T>(work: () => Promise<T>): Promise<T>;
}

/** The setting with the ledger, and a switch that takes the policies out of force: what an attack is after shows only then. */
export async function attackWorld(
  options: Pick<NonNullable<Parameters<typeof sqlWorld>[0]>, "asking" | "endpoints"> = {},
): Promise<AttackWorld> {
  const state = { enforced: true };
  // Written so that the second wall sees a filter and a mask: it would stop what has none.
  const switched: Enforcement = {
    applyFilter: (filter) =>
      state.enforced ? enforcement.applyFilter(filter) : { kind: "literal", type: BOOLEAN, value: true },
    applyMask: (column, mask) =>
      state.enforced
        ? enforcement.applyMask(column, mask)
        : { kind: "cast", type: column.type, operand: column, tolerant: true, implicit: false },
  };
  const world = await sqlWorld({
    ...options,
    enforcement: switched,
    // Another caller, so that no plan that was made with the policies in force is remembered without them.
    who: (name) => (state.enforced ? who(name) : { ...who(name), client: "unenforced" }),
  });
  for (const statement of [...setting, ...ledger]) await world.must(ADMIN, statement);
  return Object.assign(world, {
    unenforced: async <T>(work: () => Promise<T>): Promise<T> => {
      state.enforced = false;
      try {
        return await work();
      } finally {
        state.enforced = true;
      }
    },
  });
}
