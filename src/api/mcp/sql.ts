import { Type } from "typebox";
import { workspace } from "#kernel/mod.ts";
import { endpoint, Reply } from "../endpoint.ts";
import { passage } from "./passage.ts";

/** Databricks' managed MCP server for SQL. */
export const sqlServer = endpoint({
  method: "POST",
  path: "/api/2.0/mcp/sql",
  scope: "sql",
  accepts: "raw",
  errors: "jsonrpc",
  resource: true,
  input: Type.Object({ body: Type.String() }),
  output: Type.Unknown(),
  what: () => workspace,
  action: "mcp.connect_sql",
  run: async (services, permit, input, call) => {
    const { visit, request } = passage(services, permit.who, call, "sql", input.body);
    return new Reply(await services.mcp.sql(visit, request));
  },
});
