import type { Json } from "#base/json.ts";
import { INLINE_RESULT_BYTES_MAX } from "#base/limits.ts";
import { assertPermit, type Doorway, type FunctionDefinition, observed, type Permit } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { Expression } from "../ast/expression.ts";
import { readLineage } from "../lineage/reads.ts";
import { parseTypeText } from "../parse/mod.ts";
import { Access } from "../plan/access.ts";
import { DEFAULT_NAMES } from "../plan/names.ts";
import type { SqlPorts } from "../plan/ports.ts";
import { planCall } from "../plan/routine.ts";
import { runPlan } from "../plan/run.ts";
import type { Session, StatementResult } from "../plan/session.ts";
import { typedLiteral } from "../plan/typed-literal.ts";
import { FUNCTION_ROWS_MAX, STATEMENT_TIME_MS } from "./limits.ts";

/** Runs one function as its caller, under the permit for it; what its body names is entered on its owner's loan. */
export async function callFunction(
  ports: SqlPorts,
  permit: Permit<"function.execute">,
  given: Readonly<Record<string, Json | undefined>>,
  doorway: Doorway,
  signal: AbortSignal = new AbortController().signal,
): Promise<StatementResult> {
  assertPermit(permit, "function.execute");
  const definition = await ports.metastore.routine(permit);
  const session: Session = {
    who: permit.who,
    doorway: doorway.door === "sql" ? doorway : doorway.into("sql"),
    current: DEFAULT_NAMES,
    parameters: new Map(),
    statement_id: ports.ids.uuid(),
    signal,
    limits: { rows_max: FUNCTION_ROWS_MAX, bytes_max: INLINE_RESULT_BYTES_MAX, time_ms: STATEMENT_TIME_MS },
  };
  const values = valuesOf(definition, given);
  const access = new Access(ports, session);
  const run = () =>
    access.closing(
      async () => {
        const plan = await planCall(ports, session, access, definition, values);
        access.tellLineage(readLineage(session.statement_id, plan.reads));
        return runPlan(ports, session, plan);
      },
      (result) => result.rows.length,
    );
  return await observed(ports.observer, session.doorway, (note) => {
    note({ operation: "call" });
    return run();
  });
}

function valuesOf(
  definition: FunctionDefinition,
  given: Readonly<Record<string, Json | undefined>>,
): ReadonlyMap<string, Expression> {
  const byName = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  const values = new Map<string, Expression>();
  for (const { name, type, default: otherwise } of definition.parameters) {
    const key = name.toLowerCase();
    const value = byName.get(key);
    byName.delete(key);
    if (value === undefined && otherwise !== undefined) continue;
    if (value === undefined)
      throw new Fault("BAD_REQUEST", `Missing parameter value for '${name}' of '${definition.name}'.`);
    values.set(key, typedLiteral(name, parseTypeText(type), textOf(name, value)));
  }
  const [unknown] = byName.keys();
  if (unknown !== undefined)
    throw new Fault("BAD_REQUEST", `'${definition.name}' has no parameter '${unknown}'. Leave it out.`);
  return values;
}

function textOf(name: string, value: Json): string | null {
  if (value === null || typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Fault("BAD_REQUEST", `Parameter '${name}': give text, a number, true, false or null.`);
}
