import type { JsonObject } from "#base/json.ts";
import { type Gate, type Permit, statement, warehouse } from "#kernel/mod.ts";
import type { ExecutedStatement, Sql } from "#sql/mod.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import { malformedName, notFoundAsBadRequest } from "./bad-request.ts";
import { STATEMENT_BYTES_MAX, STATEMENT_ROWS_MAX, STATEMENT_WAIT_S } from "./limits.ts";
import type { Tool, ToolCall, ToolResult, ToolSource, Visit } from "./tools.ts";

/** What the SQL server stands on. */
export interface SqlPorts {
  readonly gate: Gate;
  readonly sql: Sql;
}

interface SqlTool extends Tool {
  readonly run: (ports: SqlPorts, visit: Visit, call: ToolCall) => Promise<ExecutedStatement>;
}

const LATER =
  "A statement that takes longer comes back as PENDING or RUNNING: call poll_sql_result with its statement_id.";

const QUERY = {
  type: "object",
  properties: { query: { type: "string", description: "One SQL statement in the Databricks dialect" } },
  required: ["query"],
} as const;

/** Names, arguments and results of Databricks' managed SQL server. Source: databricks-mcp's integration tests, and public clients of it. */
const tools: readonly SqlTool[] = [
  {
    name: "execute_sql",
    description: `Runs one SQL statement, of any kind, as you: it reads and writes what you may. ${LATER}`,
    inputSchema: QUERY,
    annotations: { readOnlyHint: false },
    run: (ports, visit, call) => execute(ports, visit, call, false),
  },
  {
    name: "execute_sql_read_only",
    description: `Runs one SQL statement that only reads (a query, SHOW or DESCRIBE) as you; anything else is refused before it runs. ${LATER}`,
    inputSchema: QUERY,
    annotations: { readOnlyHint: true },
    run: (ports, visit, call) => execute(ports, visit, call, true),
  },
  {
    name: "poll_sql_result",
    description: "State of a statement that you started, and its result once it has succeeded.",
    inputSchema: {
      type: "object",
      properties: { statement_id: { type: "string", description: "As execute_sql or execute_sql_read_only gave it" } },
      required: ["statement_id"],
    },
    annotations: { readOnlyHint: true },
    run: poll,
  },
];

/**
 * The tools of the SQL server: statements run as the caller on its warehouse, exactly as through the Statement Execution API.
 * An error inside a statement is a FAILED state, as there. Arguments that no tool has, `warehouse_id` among them, are ignored as on
 * Databricks; `_meta.warehouse_id` names the warehouse.
 */
export function sqlTools(ports: SqlPorts): ToolSource {
  return {
    list: async () => tools.map(({ run: _run, ...tool }) => tool),
    call: async (visit, call) => {
      const tool = tools.find((one) => one.name === call.name);
      if (!tool) throw malformedName(call.name);
      return resultOf(await tool.run(ports, visit, call));
    },
  };
}

async function execute(ports: SqlPorts, visit: Visit, call: ToolCall, reads_only: boolean): Promise<ExecutedStatement> {
  const query = textOf(call, "query");
  await using permit = await enterWarehouse(ports, visit, call.meta);
  const request = {
    statement: query,
    warehouse_id: permit.what.name,
    wait_timeout: `${STATEMENT_WAIT_S}s`,
    row_limit: STATEMENT_ROWS_MAX,
    byte_limit: STATEMENT_BYTES_MAX,
  };
  const executed = await ports.sql.statements.execute(permit, request, { reads_only, signal: visit.signal });
  await permit.settle({ status: "ok" });
  return executed;
}

async function poll({ gate, sql }: SqlPorts, visit: Visit, call: ToolCall): Promise<ExecutedStatement> {
  const what = statement(textOf(call, "statement_id"));
  await using permit = await notFoundAsBadRequest(gate.enter(visit.who, "statement.read", what, visit.doorway));
  const executed = await sql.statements.get(permit);
  await permit.settle({ status: "ok", rows: executed.response.result?.row_count ?? 0 });
  return executed;
}

/** The warehouse that `_meta` names, or the deployment's own; of that one nothing is told to a caller who may not know of it. */
async function enterWarehouse(
  { gate, sql }: SqlPorts,
  visit: Visit,
  meta: JsonObject,
): Promise<Permit<"warehouse.use">> {
  const { warehouse_id } = meta;
  if (warehouse_id !== undefined && typeof warehouse_id !== "string")
    throw new Fault("BAD_REQUEST", "BAD_REQUEST: '_meta.warehouse_id' must be text: the id of a SQL warehouse.");
  const entering = gate.enter(visit.who, "warehouse.use", warehouse(warehouse_id ?? sql.warehouses.own), visit.doorway);
  if (warehouse_id !== undefined) return notFoundAsBadRequest(entering);
  try {
    return await entering;
  } catch (thrown) {
    const fault = faultOf(thrown);
    if (fault.code !== "RESOURCE_DOES_NOT_EXIST") throw fault;
    throw new Fault(
      "PERMISSION_DENIED",
      "There is no SQL warehouse that you may use. Ask an administrator for CAN_USE on one.",
    );
  }
}

function textOf(call: ToolCall, name: string): string {
  const value = call.arguments[name];
  if (typeof value === "string" && value !== "") return value;
  throw new Fault(
    "BAD_REQUEST",
    `BAD_REQUEST: Missing parameter value for '${name}' of '${call.name}': give it as text.`,
  );
}

/** The statement as the Statement Execution API shows it, its values as protobuf spells them, as text and as structured content. */
function resultOf({ response, governed }: ExecutedStatement): ToolResult {
  const { result, ...rest } = response;
  const said = {
    ...rest,
    ...(result && {
      result: { ...result, data_array: result.data_array.map((row) => ({ values: row.map(cellOf) })) },
    }),
  };
  return {
    content: [{ type: "text", text: JSON.stringify(said) }],
    structuredContent: said,
    _meta: { governance: governed },
  };
}

/** google.protobuf.Value in JSON, as the managed server's clients read it. */
const cellOf = (value: string | null): JsonObject =>
  value === null ? { null_value: "NULL_VALUE" } : { string_value: value };
