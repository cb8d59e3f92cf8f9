import type { Query } from "../ast/query.ts";
import { type EngineStep, type ExpectedRows, SCHEMA } from "../engines/engine.ts";
import { type QueryReads, readsOf } from "../lineage/reads.ts";
import { spellType } from "../types/mod.ts";
import type { Entry } from "./access.ts";
import type { Attached } from "./attach.ts";
import { Expansion } from "./expansion.ts";
import { expectedRows } from "./expected-rows.ts";
import { withParameters } from "./parameters.ts";
import { Planner } from "./planner.ts";
import type { SqlPorts } from "./ports.ts";
import type { TextScope } from "./scope.ts";
import type { AppliedPolicies, Session } from "./session.ts";

/** A query ready for the engine. */
export interface QueryPlan {
  readonly steps: readonly EngineStep[];
  readonly sql: string;
  /** Types in Databricks spelling. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** The engine's names of the columns. */
  readonly output: readonly string[];
  /** The engine's schema of this statement, for relations that are made beside it. */
  readonly schema: string;
  readonly governed: AppliedPolicies;
  readonly expected: ExpectedRows | undefined;
  /** Which columns of what its rows come from. */
  readonly reads: QueryReads;
  /** The tables that it reads, by full name. */
  readonly attached: ReadonlyMap<string, Attached>;
  /** Whether the engine must keep no statistics of hidden rows. */
  readonly hasBarrier: boolean;
}

/** Where a statement's own text stands: on the subject's rights alone. */
export const outermost = ({ current }: Session): TextScope => ({ current, lender: null, within: [] });

/** Plans a query of the statement's own text. @throws Fault whatever is wrong with it, or denied. */
export async function planQuery(ports: SqlPorts, session: Session, access: Entry, text: Query): Promise<QueryPlan> {
  const expansion = new Expansion(access, session);
  const expanded = await expansion.query(withParameters(text, session.parameters), outermost(session));
  return planExpanded(ports, session, expansion, expanded);
}

/** Plans a query whose views and functions are expanded already. */
export async function planExpanded(
  ports: SqlPorts,
  session: Session,
  expansion: Expansion,
  expanded: Query,
): Promise<QueryPlan> {
  const planner = new Planner(ports, session, expansion);
  const resolved = planner.resolve(expanded);
  const sql = await planner.plan(resolved, outermost(session));
  return {
    steps: await planner.steps(),
    sql,
    columns: resolved.columns.map(({ name, type }) => ({ name, type: spellType(type) })),
    output: resolved.columns.map((column) => column.id),
    schema: SCHEMA,
    governed: planner.governed,
    expected: expectedRows(resolved),
    reads: readsOf(resolved, (name) => expansion.base(name)?.permit.obligations ?? []),
    attached: planner.attached,
    hasBarrier: planner.hasBarrier,
  };
}
