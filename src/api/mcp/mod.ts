/**
 * api/mcp: the endpoints of the managed MCP servers.
 *
 * Owns: their declarations.
 * Never: reads a protocol message.
 * Depends on: mcp by Services, kernel.
 */
import { oneFunction, schemaFunctions } from "./functions.ts";
import { resourceMetadata } from "./resource-metadata.ts";
import { sqlServer } from "./sql.ts";

const servers = [schemaFunctions, oneFunction, sqlServer];

export const mcpEndpoints = Object.freeze([...servers, resourceMetadata(servers)]);
