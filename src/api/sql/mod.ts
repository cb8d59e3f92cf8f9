/**
 * api/sql: the endpoints of statements and warehouses.
 *
 * Owns: their declarations.
 * Never: plans or runs a statement.
 * Depends on: sql by Services, kernel, wire.
 */
import { cancelStatement, executeStatement, getStatement, getStatementChunk } from "./statements.ts";
import { getWarehouse, listWarehouses } from "./warehouses.ts";

export const sqlEndpoints = Object.freeze([
  executeStatement,
  getStatement,
  getStatementChunk,
  cancelStatement,
  listWarehouses,
  getWarehouse,
]);
