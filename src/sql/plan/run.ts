import type { Query } from "../ast/query.ts";
import { readLineage } from "../lineage/reads.ts";
import { questionsOf } from "../models/questions.ts";
import { Access } from "./access.ts";
import type { SqlPorts } from "./ports.ts";
import type { QueryPlan } from "./query.ts";
import type { Session, StatementResult } from "./session.ts";

/** Plans and runs a query; its permits are settled with the number of rows, which `recorded` of the result waits for. */
export async function runQuery(ports: SqlPorts, session: Session, query: Query): Promise<StatementResult> {
  const access = new Access(ports, session);
  const { made, recorded } = await access.recording(
    async () => {
      const plan = await ports.plans.plan(ports, session, access, query);
      access.tellLineage(readLineage(session.statement_id, plan.reads));
      return runPlan(ports, session, plan);
    },
    (result) => result.rows.length,
  );
  return { ...made, recorded };
}

/** Runs a planned query in the engine. */
export async function runPlan(ports: SqlPorts, session: Session, plan: QueryPlan): Promise<StatementResult> {
  const { rows_max, bytes_max, time_ms } = session.limits;
  const { rows, truncated } = await ports.engine.run({
    statement_id: session.statement_id,
    submitter: session.who.subject.name,
    signal: session.signal,
    limits: { time_ms },
    statistics_propagation: !plan.hasBarrier,
    call: questionsOf(ports, session),
    steps: [...plan.steps, { kind: "query", sql: plan.sql, rows_max, bytes_max, expected: plan.expected }],
  });
  return { columns: plan.columns, rows, truncated, governed: plan.governed };
}
