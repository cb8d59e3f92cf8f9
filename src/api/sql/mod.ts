/**
 * api/sql: the endpoints of statements and warehouses.
 *
 * Owns: their declarations.
 * Never: plans or runs a statement.
 * Depends on: sql by Services, kernel, wire.
 */
import { explainGovernance } from "./explain.ts";
import { cancelStatement, executeStatement, getStatement, getStatementChunk } from "./statements.ts";
import { getWarehouse, listWarehouses } from "./warehouses.ts";

export const sqlEndpoints = Object.freeze([
  executeStatement,
  getStatement,
  getStatementChunk,
  cancelStatement,
  explainGovernance,
  listWarehouses,
  getWarehouse,
]);
