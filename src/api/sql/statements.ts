import { Type } from "typebox";
import { statement, warehouse } from "#kernel/mod.ts";
import { ExecuteStatementRequest, ResultData, StatementResponse } from "#wire/sql/statement.ts";
import { endpoint } from "../endpoint.ts";

/** Statement Execution API. Source: Databricks REST reference, /api/2.0/sql/statements. */
const PATH = "/api/2.0/sql/statements";
const OneStatement = Type.Object({ statement_id: Type.String({ minLength: 1 }) });

export const executeStatement = endpoint({
  method: "POST",
  path: PATH,
  scope: "sql.statement-execution",
  input: ExecuteStatementRequest,
  output: StatementResponse,
  what: (input) => warehouse(input.warehouse_id),
  action: "warehouse.use",
  run: async ({ sql }, permit, input) => (await sql.statements.execute(permit, input)).response,
});

export const getStatement = endpoint({
  method: "GET",
  path: `${PATH}/{statement_id}`,
  scope: "sql.statement-execution",
  input: OneStatement,
  output: StatementResponse,
  what: (input) => statement(input.statement_id),
  action: "statement.read",
  run: async ({ sql }, permit) => (await sql.statements.get(permit)).response,
});

export const getStatementChunk = endpoint({
  method: "GET",
  path: `${PATH}/{statement_id}/result/chunks/{chunk_index}`,
  scope: "sql.statement-execution",
  input: Type.Object({ statement_id: Type.String({ minLength: 1 }), chunk_index: Type.Integer({ minimum: 0 }) }),
  output: ResultData,
  what: (input) => statement(input.statement_id),
  action: "statement.read",
  run: ({ sql }, permit, input) => sql.statements.chunk(permit, input.chunk_index),
});

export const cancelStatement = endpoint({
  method: "POST",
  path: `${PATH}/{statement_id}/cancel`,
  scope: "sql.statement-execution",
  input: OneStatement,
  output: Type.Object({}),
  what: (input) => statement(input.statement_id),
  action: "statement.cancel",
  run: async ({ sql }, permit) => {
    await sql.statements.cancel(permit);
    return {};
  },
});
