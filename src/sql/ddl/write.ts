import type { ColumnDefinition, Transaction } from "#kernel/mod.ts";
import { Fault, OUTCOME_UNKNOWN } from "#wire/errors.ts";
import { quoted } from "../engines/duckdb/names.ts";
import type { EngineStep } from "../engines/engine.ts";
import { questionsOf } from "../models/questions.ts";
import type { SqlPorts } from "../plan/ports.ts";
import type { QueryPlan } from "../plan/query.ts";
import type { Session } from "../plan/session.ts";
import { engineType } from "../plan/types.ts";
import { fieldOf } from "../tables/field.ts";

export interface WriteTarget {
  readonly id: string;
  readonly columns: readonly ColumnDefinition[];
  readonly read_version: number | "any";
}

/**
 * Writes a plan's rows, by position, as one file of the target: written and synced first, then `also` and the new version in one
 * transaction. @returns the number of rows.
 * @throws Fault BAD_REQUEST when a NOT NULL column would get a NULL; nothing is written then.
 */
export async function writeRows(
  ports: SqlPorts,
  session: Session,
  plan: QueryPlan,
  target: WriteTarget,
  also: (transaction: Transaction, rows: number) => Promise<void>,
): Promise<number> {
  const file = await ports.tables.stage(target.id);
  const add = await discarding(ports, file, async () => {
    const written = await ports.engine.run({
      statement_id: session.statement_id,
      submitter: session.who.subject.name,
      signal: session.signal,
      limits: { time_ms: session.limits.time_ms },
      statistics_propagation: !plan.hasBarrier,
      call: questionsOf(ports, session),
      steps: [...plan.steps, ...writingSteps(plan, target, file)],
    });
    refuseNulls(target, written.rows[0] ?? []);
    const staged = [{ file, rows: written.written[0]?.rows ?? 0 }];
    await ports.tables.sync(staged);
    return staged;
  });
  const rows = add[0]?.rows ?? 0;
  await discarding(ports, file, () =>
    ports.transactions.run(async (transaction) => {
      await also(transaction, rows);
      const by = session.who.subject.name;
      await ports.tables.commit(transaction, { table_id: target.id, read_version: target.read_version, add, by });
    }),
  );
  return rows;
}

/** A file is removed when its write fails, unless a version may hold it: then it is left to the next start, which knows. */
async function discarding<T>(ports: SqlPorts, file: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (thrown) {
    if (isKnownUndone(thrown)) await ports.tables.discard([file]);
    throw thrown;
  }
}

/** Faults are thrown before the commit, but for the one that says otherwise; what else is thrown says nothing. */
const isKnownUndone = (thrown: unknown): boolean =>
  thrown instanceof Fault && thrown.options.reason !== OUTCOME_UNKNOWN;

/** Where a column refuses NULL the rows are made once, counted and written from there, so that both see the same ones. */
function writingSteps(plan: QueryPlan, target: WriteTarget, file: string): readonly EngineStep[] {
  const columns = target.columns.map((column, i) => ({ field: fieldOf(i), type: engineType(column.type) }));
  const strict = strictColumns(target);
  if (strict.length === 0) return [{ kind: "write_parquet", sql: plan.sql, columns, file }];
  const made = { schema: plan.schema, table: "rows_to_write" };
  const names = plan.output.map(quoted);
  const from = `(SELECT ${names.join(", ")} FROM ${made.schema}.${made.table}) AS w`;
  const counts = strict.map((i) => `count(*) FILTER (WHERE w.${names[i]} IS NULL)`);
  return [
    { kind: "materialise", ...made, sql: plan.sql },
    { kind: "query", sql: `SELECT ${counts.join(", ")} FROM ${from}`, rows_max: 1, bytes_max: 1024, expected: "few" },
    { kind: "write_parquet", sql: `SELECT ${names.map((name) => `w.${name}`).join(", ")} FROM ${from}`, columns, file },
  ];
}

function strictColumns(target: WriteTarget): readonly number[] {
  return target.columns.flatMap((column, i) => (column.nullable ? [] : [i]));
}

function refuseNulls(target: WriteTarget, counts: readonly (string | null)[]): void {
  const strict = strictColumns(target);
  const broken = strict.find((_, i) => counts[i] !== "0" && counts[i] !== undefined);
  if (broken === undefined) return;
  throw new Fault(
    "BAD_REQUEST",
    `Column \`${target.columns[broken]!.name}\` is NOT NULL and a row has no value for it. Nothing was written.`,
    {
      reason: "DELTA_NOT_NULL_CONSTRAINT_VIOLATED",
      sqlstate: "23502",
    },
  );
}
