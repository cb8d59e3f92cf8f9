import type { FunctionDefinition, What } from "#kernel/mod.ts";
import { table } from "#kernel/mod.ts";
import type { Describe } from "../ast/reading.ts";
import type { SqlPorts } from "../plan/ports.ts";
import { listing, type Session, type StatementResult } from "../plan/session.ts";
import { under } from "../plan/settle.ts";
import { targetOf } from "./target.ts";

/** DESCRIBE [TABLE | SCHEMA | CATALOG | FUNCTION] [EXTENDED] name. Names of policies are not shown: whoever may set them reads them by REST. */
export async function describe(ports: SqlPorts, session: Session, statement: Describe): Promise<StatementResult> {
  const what = targetOf(statement.target, session.current);
  switch (what.type) {
    case "TABLE":
      return describeTable(ports, session, statement, what);
    case "FUNCTION":
      return describeFunction(ports, session, what);
    default:
      return describeContainer(ports, session, what);
  }
}

async function describeTable(
  ports: SqlPorts,
  session: Session,
  statement: Describe,
  what: What,
): Promise<StatementResult> {
  const permit = await ports.gate.enter(session.who, "table.read_metadata", table(what.name), session.doorway);
  return under(permit, async () => {
    const relation = await ports.metastore.relation(permit);
    const columns = relation.columns.map((column) => [column.name, column.type.toLowerCase(), column.comment ?? null]);
    const [catalogPart = "", schemaPart = "", tablePart = ""] = relation.name.split(".");
    const detail: readonly (readonly (string | null)[])[] = [
      ["", "", ""],
      ["# Detailed Table Information", "", ""],
      ["Catalog", catalogPart, ""],
      ["Database", schemaPart, ""],
      ["Table", tablePart, ""],
      ["Owner", relation.owner, ""],
      ["Type", relation.kind === "view" ? "VIEW" : "MANAGED", ""],
      ["Comment", relation.comment ?? "", ""],
    ];
    return listing(["col_name", "data_type", "comment"], statement.extended ? [...columns, ...detail] : columns);
  });
}

async function describeFunction(ports: SqlPorts, session: Session, what: What): Promise<StatementResult> {
  const permit = await ports.gate.enter(session.who, "function.read_metadata", what, session.doorway);
  return under(permit, async () => {
    const routine = await ports.metastore.routine(permit);
    const inputs = routine.parameters.map((one) => `${one.name} ${one.type}`).join(", ");
    return listing(
      ["function_desc"],
      [
        `Function: ${routine.name}`,
        `Type:     ${routine.returns.kind === "table" ? "TABLE" : "SCALAR"}`,
        `Input:    ${inputs || "()"}`,
        `Returns:  ${returned(routine)}`,
        ...(routine.comment ? [`Comment:  ${routine.comment}`] : []),
      ].map((line) => [line]),
    );
  });
}

function returned(routine: FunctionDefinition): string {
  if (routine.returns.kind === "scalar") return routine.returns.type;
  return `TABLE(${routine.returns.columns.map((column) => `${column.name} ${column.type}`).join(", ")})`;
}

/** Of a container the name alone: comment and owner are on its REST resource. */
async function describeContainer(ports: SqlPorts, session: Session, what: What): Promise<StatementResult> {
  const action =
    what.type === "CATALOG"
      ? "catalog.read_metadata"
      : what.type === "SCHEMA"
        ? "schema.read_metadata"
        : "metastore.read_metadata";
  const permit = await ports.gate.enter(session.who, action, what, session.doorway);
  const label = what.type === "CATALOG" ? "Catalog Name" : what.type === "SCHEMA" ? "Namespace Name" : "Metastore";
  return under(permit, async () => listing(["info_name", "info_value"], [[label, what.name]]));
}
