import { deepEqual } from "node:assert/strict";
import { join } from "node:path";
import type { EngineStep } from "../src/sql/engines/engine.ts";
import { compare, type Figure, timed } from "./figure.ts";
import { ADMIN, ANALYST, type SqlStack, sqlStack } from "./sql-stack.ts";

/** All statements of a figure run in one engine process, which is replaced after 500. */
const COUNTS = { warm_up: 5, rounds: 40 } as const;

/** 3,000,000 flights. The package exports its code alone, so its folder is named. */
const FLIGHTS = join(import.meta.dirname, "../node_modules/vega-datasets/data/flights-3m.parquet");

const setting: readonly string[] = [
  "CREATE CATALOG bench",
  "CREATE SCHEMA bench.ops",
  `CREATE TABLE bench.ops.flights (departed_at TIMESTAMP, delay_min INT, distance_miles INT, origin STRING,
     destination STRING)`,
  "CREATE TABLE bench.ops.areas (analyst STRING, airport STRING)",
  `INSERT INTO bench.ops.areas VALUES ('${ANALYST}', 'DFW'), ('${ANALYST}', 'IAH'), ('${ANALYST}', 'SAT'),
     ('${ANALYST}', 'AUS'), ('${ADMIN}', 'ORD')`,
  `CREATE FUNCTION bench.ops.own_area(airport_of_row STRING) RETURNS BOOLEAN
     RETURN EXISTS (SELECT 1 FROM bench.ops.areas AS a WHERE a.analyst = current_user() AND a.airport = airport_of_row)`,
  `CREATE FUNCTION bench.ops.punctual(delay INT) RETURNS INT
     RETURN CASE WHEN is_account_group_member('operations') THEN delay END`,
  `CREATE FUNCTION bench.ops.first_letter(airport STRING) RETURNS STRING
     RETURN CASE WHEN is_account_group_member('operations') THEN airport ELSE concat(left(airport, 1), '**') END`,
  "ALTER TABLE bench.ops.flights SET ROW FILTER bench.ops.own_area ON (origin)",
  "ALTER TABLE bench.ops.flights ALTER COLUMN delay_min SET MASK bench.ops.punctual",
  "ALTER TABLE bench.ops.flights ALTER COLUMN destination SET MASK bench.ops.first_letter",
  "GRANT USE CATALOG ON CATALOG bench TO `account users`",
  "GRANT USE SCHEMA, SELECT ON SCHEMA bench.ops TO `account users`",
];

/** The user's condition, as a safe one that may run beside hidden rows, and as one that may fail on a row and so may not: arithmetic, behind a barrier. */
const conditions: readonly (readonly [form: string, condition: string, note: string])[] = [
  [
    "condition that cannot fail, beside the filter",
    "distance_miles > 2000",
    "The engine does the same work; the rest is permits, planning and the durable record, a fixed cost for each statement.",
  ],
  [
    "condition that may fail, behind a barrier",
    "distance_miles * 2 > 4000",
    "A condition that may fail must not meet a hidden row: it waits behind the filter. By hand it meets every row.",
  ],
];

/** The same question with the same filter and masks, in the form that is fastest in this engine: IN, where the policy says EXISTS. */
const byHand = (condition: string): string => `
  SELECT departed_at, origin, destination, delay_min
  FROM (
    SELECT f.departed_at, f.origin, f.distance_miles,
      CASE WHEN FALSE THEN f.delay_min END AS delay_min,
      CASE WHEN FALSE THEN f.destination ELSE concat("left"(f.destination, 1), '**') END AS destination
    FROM rel.flights AS f
    WHERE f.origin IN (
      SELECT own.airport FROM (SELECT a.analyst, a.airport FROM rel.areas AS a) AS own WHERE own.analyst = '${ANALYST}')
  ) AS seen
  WHERE ${condition}`;

/** A governed SELECT with one row filter and two masks against SQL written by hand, in one engine process, on the same files. */
export async function governedSelect(progress: (text: string) => void): Promise<readonly Figure[]> {
  await using stack = await sqlStack();
  for (const statement of setting) await stack.run(ADMIN, statement);
  progress("loading 3,000,000 flights");
  await stack.load("bench.ops.flights", {
    path: FLIGHTS,
    format: "parquet",
    from: {
      departed_at: "date",
      delay_min: "delay",
      distance_miles: "distance",
      origin: "origin",
      destination: "destination",
    },
  });
  const figures: Figure[] = [];
  for (const one of conditions) figures.push(...(await figuresOf(stack, one, progress)));
  return figures;
}

async function figuresOf(
  stack: SqlStack,
  [form, condition, note]: (typeof conditions)[number],
  progress: (text: string) => void,
): Promise<readonly Figure[]> {
  const statement = `SELECT departed_at, origin, destination, delay_min FROM bench.ops.flights WHERE ${condition}`;
  const governed = (): Promise<unknown> => stack.run(ANALYST, statement);
  const rows = await stack.run(ANALYST, statement);
  const steps = stack.lastSteps();
  const hand = handSteps(steps, byHand(condition));
  deepEqual(sorted(await stack.direct(hand)), sorted(rows), "both must give the same rows");
  const baseline_name = "the same filter and masks by hand, straight to the engine process";
  progress(`${rows.length} rows, ${form}: ${COUNTS.rounds} rounds`);
  const baseline = timed(() => stack.direct(hand));
  return [
    await compare(
      { name: `governed SELECT over 3,000,000 rows, ${form}`, baseline_name, unit: "ms", note },
      { ours: timed(governed), baseline },
      COUNTS,
    ),
    await compare(
      { name: `... of which the engine's part`, baseline_name, unit: "ms" },
      { ours: timed(() => stack.direct(steps)), baseline },
      COUNTS,
    ),
  ];
}

/** The governed statement's own files, under the names of the text written by hand. */
function handSteps(steps: readonly EngineStep[], sql: string): readonly EngineStep[] {
  const attached = steps.flatMap((step): EngineStep[] => {
    if (step.kind !== "attach_table") return [];
    const name = step.columns.some((column) => column.name === "distance_miles") ? "flights" : "areas";
    return [{ ...step, schema: "rel", table: name, duty: {} }];
  });
  const query = steps.find((step) => step.kind === "query");
  if (attached.length !== 2 || query?.kind !== "query")
    throw new Error("The statement reads other files than expected.");
  return [...attached, { ...query, sql }];
}

const sorted = (rows: readonly (readonly (string | null)[])[]): readonly string[] =>
  rows.map((row) => JSON.stringify(row)).sort();
