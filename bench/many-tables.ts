import { compare, type Figure, timed } from "./figure.ts";
import { ADMIN, ANALYST, type SqlStack, sqlStack } from "./sql-stack.ts";

const COUNTS = { warm_up: 5, rounds: 60 } as const;

const FEW = 10;
const MANY = 1_000;

/** Statements of one sample, each on another table and of a text of its own: no plan is remembered. */
const STATEMENTS = 10;

/** Masks of a table; with its filter, ten policies. */
const MASKS = 9;

/** The same look-ups in a catalog of 1,000 tables with ten policies each, and in one of 10. */
export async function manyTables(progress: (text: string) => void): Promise<readonly Figure[]> {
  await using many = await sqlStack();
  await using few = await sqlStack();
  progress(`making ${MANY} tables with ${MASKS + 1} policies each`);
  await makeTables(many, MANY);
  await makeTables(few, FEW);
  progress(`look-ups: ${COUNTS.rounds} rounds`);
  return [
    await compare(
      {
        name: `${STATEMENTS} look-ups, each of a new text, among 1,000 tables with ten policies each`,
        baseline_name: "the same among 10 tables",
        unit: "ms",
      },
      { ours: timed(lookUps(many, MANY)), baseline: timed(lookUps(few, FEW)) },
      COUNTS,
    ),
  ];
}

async function makeTables(stack: SqlStack, count: number): Promise<void> {
  await stack.run(ADMIN, "CREATE CATALOG bench");
  await stack.run(ADMIN, "CREATE SCHEMA bench.ops");
  await stack.run(
    ADMIN,
    `CREATE FUNCTION bench.ops.own(region STRING) RETURNS BOOLEAN
       RETURN is_account_group_member('operations') OR region <> 'north'`,
  );
  await stack.run(
    ADMIN,
    `CREATE FUNCTION bench.ops.beginning(text STRING) RETURNS STRING
       RETURN CASE WHEN is_account_group_member('operations') THEN text ELSE concat(left(text, 1), '**') END`,
  );
  await stack.run(ADMIN, "GRANT USE CATALOG ON CATALOG bench TO `account users`");
  await stack.run(ADMIN, "GRANT USE SCHEMA, SELECT ON SCHEMA bench.ops TO `account users`");
  const masked = Array.from({ length: MASKS }, (_, i) => `c${i} STRING MASK bench.ops.beginning`).join(", ");
  const values = Array.from({ length: MASKS }, (_, i) => `'value ${i}'`).join(", ");
  for (let i = 0; i < count; i += 1) {
    const table = `bench.ops.t${i}`;
    await stack.run(
      ADMIN,
      `CREATE TABLE ${table} (k INT, region STRING, ${masked}) WITH ROW FILTER bench.ops.own ON (region)`,
    );
    await stack.run(ADMIN, `INSERT INTO ${table} VALUES (1, 'south', ${values}), (2, 'north', ${values})`);
  }
}

/** Goes on through the tables from where it stopped. */
function lookUps(stack: SqlStack, tables: number): () => Promise<void> {
  let next = 0;
  return async () => {
    for (let i = 0; i < STATEMENTS; i += 1) {
      const rows = await stack.run(
        ANALYST,
        `SELECT * FROM bench.ops.t${next % tables} WHERE k < 3 AND k > ${-1 - next}`,
      );
      if (rows.length !== 1) throw new Error(`${rows.length} rows instead of the one that is visible`);
      next += 1;
    }
  };
}
