import { type FunctionDefinition, fn, type Gate, type Metastore, schema } from "#kernel/mod.ts";
import type { Sql } from "#sql/mod.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import { malformedName, notFoundAsBadRequest } from "./bad-request.ts";
import { schemaOfType } from "./json-schema.ts";
import type { Tool, ToolSource, Visit } from "./tools.ts";

/** What the functions server stands on. */
export interface FunctionPorts {
  readonly gate: Gate;
  readonly metastore: Metastore;
  readonly sql: Sql;
}

/**
 * The tools of a schema's functions, or of one of them: those that the caller may execute. Names and results as Databricks'
 * managed server gives them: `catalog__schema__function`, text `{is_truncated, columns, rows}`.
 */
export function functionTools(ports: FunctionPorts, schemaName: string, only: string | undefined): ToolSource {
  const { gate, metastore } = ports;
  const executable = async ({ who, doorway }: Visit): Promise<readonly string[]> => {
    if (only !== undefined) {
      await using permit = await notFoundAsBadRequest(
        gate.enter(who, "function.execute", fn(`${schemaName}.${only}`), doorway),
      );
      await permit.settle({ status: "ok" });
      return [permit.what.name];
    }
    await using permit = await notFoundAsBadRequest(
      gate.enter(who, "schema.read_metadata", schema(schemaName), doorway),
    );
    await permit.settle({ status: "ok" });
    const candidates = await metastore.candidates("FUNCTION", schema(schemaName));
    return (await gate.filter(who, "function.execute", candidates, doorway)).map((one) => one.name);
  };
  return {
    list: async (visit) => {
      const names = await executable(visit);
      const wishes = names.map((name) => ["function.read_metadata", fn(name)] as const);
      const permits = await gate.enterAll(visit.who, wishes, visit.doorway);
      const definitions = await Promise.all(permits.map((permit) => metastore.routine(permit)));
      await Promise.all(permits.map((permit) => permit.settle({ status: "ok" })));
      return definitions.map(toolOf);
    },
    call: async (visit, { name, arguments: given }) => {
      const parts = name.split("__");
      const full = parts.join(".").toLowerCase();
      const isHere = parts.length === 3 && full.startsWith(`${schemaName.toLowerCase()}.`);
      if (!isHere || (only !== undefined && full !== `${schemaName}.${only}`.toLowerCase())) {
        throw malformedName(name);
      }
      const permit = await notFoundAsBadRequest(gate.enter(visit.who, "function.execute", fn(full), visit.doorway));
      try {
        const result = await ports.sql.call(permit, given, visit.doorway, visit.signal);
        await permit.settle({ status: "ok", rows: result.rows.length });
        const { columns, rows, truncated, governed } = result;
        const text = JSON.stringify({ is_truncated: truncated, columns: columns.map((column) => column.name), rows });
        return { content: [{ type: "text", text }], _meta: { governance: governed } };
      } catch (thrown) {
        const fault = faultOf(thrown);
        await permit.settle({ status: "error", error_code: fault.code });
        throw fault.code === "BAD_REQUEST" ? new Fault("BAD_REQUEST", `BAD_REQUEST: ${fault.message}`) : fault;
      }
    },
  };
}

function toolOf(definition: FunctionDefinition): Tool {
  const properties = definition.parameters.map(({ name, type, comment }) => {
    return [name, { ...schemaOfType(type), ...(comment && { description: comment }) }] as const;
  });
  return {
    name: definition.name.replaceAll(".", "__"),
    description: definition.comment ?? "",
    inputSchema: {
      type: "object",
      properties: Object.fromEntries(properties),
      required: definition.parameters.filter((one) => one.default === undefined).map((one) => one.name),
    },
  };
}
