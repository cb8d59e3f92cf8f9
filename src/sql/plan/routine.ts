import type { FunctionDefinition, ParameterDefinition } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { Expression } from "../ast/expression.ts";
import type { TableFunction } from "../ast/table.ts";
import { isAggregate } from "../functions/mod.ts";
import { callsOutside } from "../outside/hoist.ts";
import { parseExpressionText, parseTypeText } from "../parse/mod.ts";
import { spellType } from "../types/mod.ts";
import { Access } from "./access.ts";
import { cast, item, nameOf, query, select, star } from "./build.ts";
import { Expansion } from "./expansion.ts";
import { callRoutine, callTableRoutine, inlineExpression, tableRows } from "./inline.ts";
import { Planner } from "./planner.ts";
import type { SqlPorts } from "./ports.ts";
import { outermost, planExpanded, type QueryPlan } from "./query.ts";
import type { ExpandedRoutine } from "./rewrite.ts";
import type { Session } from "./session.ts";
import { OUTSIDE, typedLiteral } from "./typed-literal.ts";

type Draft = Pick<FunctionDefinition, "name" | "owner" | "parameters" | "body" | "current">;

/**
 * What a function about to be made gives: its body is expanded on its creator's own rights and resolved over its parameters, and
 * the policies of what it reads are planned, so that a body that cannot run is refused now.
 */
export async function describeRoutine(
  ports: SqlPorts,
  session: Session,
  access: Access,
  draft: Draft,
  kind: "scalar" | "table",
): Promise<FunctionDefinition["returns"]> {
  const expansion = new Expansion(access, session);
  const returns: FunctionDefinition["returns"] = kind === "scalar" ? { kind, type: "VOID" } : { kind, columns: [] };
  const body = await expansion.routineBody({ body: draft.body, returns }, outermost(session));
  const values = new Map(
    draft.parameters.map(
      (one) => [one.name.toLowerCase(), typedLiteral(one.name, parseTypeText(one.type), null)] as const,
    ),
  );
  const around = { columnsOf: expansion.columnsOf, isAggregate };
  const text =
    body.kind === "query"
      ? query(
          OUTSIDE,
          select(
            OUTSIDE,
            [item(OUTSIDE, star(OUTSIDE, "result"), null)],
            tableRows(OUTSIDE, draft, body.query, values, around),
          ),
        )
      : query(
          OUTSIDE,
          select(OUTSIDE, [item(OUTSIDE, inlineExpression(OUTSIDE, draft, body.value, values, around), "output")], []),
        );
  const planner = new Planner(ports, session, expansion);
  const resolved = planner.resolve(text);
  await planner.plan(resolved, outermost(session));
  for (const parameter of draft.parameters) await planDefault(planner, session, expansion, parameter);
  const columns = resolved.columns.map(({ name, type }) => ({ name, type: spellType(type), nullable: true }));
  return kind === "table" ? { kind, columns } : { kind, type: columns[0]!.type };
}

/**
 * Whether a function comes to code outside the engine, a Python function or a model, through whatever its text names. Its text is expanded
 * on its owner's loan, as where it is called; one that cannot be expanded now fails there, and is not said to come to any.
 */
export async function comesOutside(
  ports: SqlPorts,
  session: Session,
  definition: FunctionDefinition,
): Promise<boolean> {
  if (definition.language === "PYTHON") return true;
  const access = new Access(ports, session);
  const look = async (): Promise<boolean> => {
    const expansion = new Expansion(access, session);
    const { body } = await expansion.routine(definition, outermost(session));
    if (body.kind !== "expression") return body.kind === "python";
    const values = new Map(
      definition.parameters.map(
        (one) => [one.name.toLowerCase(), typedLiteral(one.name, parseTypeText(one.type), null)] as const,
      ),
    );
    const around = { columnsOf: expansion.columnsOf, isAggregate };
    const value = inlineExpression(OUTSIDE, definition, body.value, values, around);
    const text = query(OUTSIDE, select(OUTSIDE, [item(OUTSIDE, value, "output")], []));
    return callsOutside(new Planner(ports, session, expansion).resolve(text));
  };
  try {
    return await access.closing(look, () => 0);
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code !== "INTERNAL_ERROR") return false;
    throw thrown;
  }
}

/** Plans the defaults of a function about to be made whose body is no SQL. */
export async function describeDefaults(
  ports: SqlPorts,
  session: Session,
  access: Access,
  parameters: readonly ParameterDefinition[],
): Promise<void> {
  const expansion = new Expansion(access, session);
  const planner = new Planner(ports, session, expansion);
  for (const parameter of parameters) await planDefault(planner, session, expansion, parameter);
}

/** A default runs as its function's owner: whoever makes one may name in it what he may read, and no more. */
async function planDefault(
  planner: Planner,
  session: Session,
  expansion: Expansion,
  { type, default: text }: ParameterDefinition,
): Promise<void> {
  if (text === undefined) return;
  const value = await expansion.expression(parseExpressionText(text), outermost(session));
  const given = item(OUTSIDE, cast(OUTSIDE, value, parseTypeText(type)), "value");
  await planner.plan(planner.resolve(query(OUTSIDE, select(OUTSIDE, [given], []))), outermost(session));
}

/** Plans one call of a function that was entered already, with literal arguments by lower-case name. */
export async function planCall(
  ports: SqlPorts,
  session: Session,
  access: Access,
  definition: FunctionDefinition,
  values: ReadonlyMap<string, Expression>,
): Promise<QueryPlan> {
  const expansion = new Expansion(access, session);
  const routine: ExpandedRoutine = await expansion.routine(definition, outermost(session));
  const around = { columnsOf: expansion.columnsOf, isAggregate };
  const given = [...values].map(([name, value]) =>
    Object.freeze({ kind: "argument", at: OUTSIDE, name: nameOf(OUTSIDE, [name]).parts[0]!, value } as const),
  );
  const called = { at: OUTSIDE, name: nameOf(OUTSIDE, definition.name.split(".")), arguments: Object.freeze(given) };
  if (definition.returns.kind === "table") {
    const table: TableFunction = { kind: "table_function", ...called, lateral: false, alias: null };
    const rows = callTableRoutine(table, routine, around);
    return planExpanded(
      ports,
      session,
      expansion,
      query(OUTSIDE, select(OUTSIDE, [item(OUTSIDE, star(OUTSIDE), null)], [rows])),
    );
  }
  const call = { kind: "call", ...called, distinct: false, within: [], filter: null, nulls: null, over: null } as const;
  const value = callRoutine(call, routine, around);
  return planExpanded(ports, session, expansion, query(OUTSIDE, select(OUTSIDE, [item(OUTSIDE, value, "output")], [])));
}
