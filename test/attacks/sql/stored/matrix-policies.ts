import { ADMIN, READER } from "../../../sql/setting.ts";
import type { LakeWorld } from "./lake-world.ts";
import { rowsQuery } from "./throwing.ts";

interface Policy {
  /** The filter's body over `region`, `pay` and `id`; the same rows pass each of them. */
  readonly filter: string;
  /** The mask of `code`, over `c`. */
  readonly mask?: string;
}

const many = Array.from({ length: 40 }, (_, i) => `'r${i}'`).join(", ");
const mine = "SELECT m.area FROM lake.s.areas AS m WHERE m.person = current_user()";

/** Forms of row filters, each over a table of its own. */
export const policies: Readonly<Record<string, Policy>> = {
  equal: { filter: "region = 'eu'" },
  list: { filter: "region IN ('eu', 'apac')" },
  long_list: { filter: `region IN ('eu', ${many})` },
  not_list: { filter: "region NOT IN ('us', 'none')" },
  pattern: { filter: "region LIKE 'e%'" },
  choice: { filter: "CASE WHEN region = 'us' THEN FALSE ELSE TRUE END" },
  regular: { filter: "region RLIKE '^e'" },
  number: { filter: "pay > 0" },
  group_or: { filter: "is_account_group_member('hr') OR region = 'eu'" },
  exists: {
    filter: "EXISTS (SELECT 1 FROM lake.s.areas AS m WHERE m.person = current_user() AND m.area = region)",
  },
  exists_range: {
    filter:
      "EXISTS (SELECT 1 FROM lake.s.areas AS m WHERE m.person = current_user() AND m.area = region AND m.least <= id)",
  },
  not_exists: { filter: "NOT EXISTS (SELECT 1 FROM lake.s.closed AS k WHERE k.area = region)" },
  member: { filter: `region IN (${mine})` },
  list_and_member: { filter: `region IN ('eu', 'apac') AND region IN (${mine})` },
  scalar: { filter: "region = (SELECT max(m.area) FROM lake.s.areas AS m WHERE m.person = current_user())" },
  masked: {
    filter: "region = 'eu'",
    mask: "CASE WHEN is_account_group_member('hr') THEN c ELSE concat('m', left(c, 3)) END",
  },
};

/** Makes the tables of policies, each with the hidden rows and, as `plain_…`, without them. */
export async function setUp(world: LakeWorld, wanted: readonly string[] = Object.keys(policies)): Promise<void> {
  const must = (statement: string): Promise<unknown> => world.must(ADMIN, statement);
  await must("CREATE TABLE lake.s.areas AS SELECT * FROM VALUES ('x@x.org', 'us', 0) AS v(person, area, least)");
  await must(`INSERT INTO lake.s.areas VALUES ('${READER}', 'eu', 0)`);
  await must("CREATE TABLE lake.s.closed AS SELECT * FROM VALUES ('us'), ('none') AS v(area)");
  await must("CREATE TABLE lake.s.t AS SELECT * FROM VALUES (1, 'x'), (2, 'y'), (3, 'z') AS v(id, a)");
  await must("CREATE FUNCTION lake.s.twice(n INT) RETURNS INT RETURN n * 2");
  await must(`CREATE TABLE lake.s.rows_all AS ${rowsQuery("all")}`);
  await must(`CREATE TABLE lake.s.rows_visible AS ${rowsQuery("visible")}`);
  for (const name of wanted) {
    const { filter, mask } = policies[name]!;
    await must(`CREATE FUNCTION lake.s.f_${name}(region STRING, pay INT, id INT) RETURNS BOOLEAN RETURN ${filter}`);
    if (mask !== undefined) await must(`CREATE FUNCTION lake.s.m_${name}(c STRING) RETURNS STRING RETURN ${mask}`);
    for (const [table, rows] of [
      [`lake.s.of_${name}`, "rows_all"],
      [`lake.s.plain_${name}`, "rows_visible"],
    ]) {
      await must(`CREATE TABLE ${table} AS SELECT * FROM lake.s.${rows}`);
      await must(`ALTER TABLE ${table} SET ROW FILTER lake.s.f_${name} ON (region, pay, id)`);
      if (mask !== undefined) await must(`ALTER TABLE ${table} ALTER COLUMN code SET MASK lake.s.m_${name}`);
    }
  }
}
