/**
 * api/mcp: the endpoints of the managed MCP servers.
 *
 * Owns: their declarations.
 * Never: reads a protocol message.
 * Depends on: mcp by Services, kernel.
 */
import { oneFunction, schemaFunctions } from "./functions.ts";
import { sqlServer } from "./sql.ts";

export const mcpEndpoints = Object.freeze([schemaFunctions, oneFunction, sqlServer]);
