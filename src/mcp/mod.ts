/**
 * mcp: the managed MCP servers. Tools of Unity Catalog functions and of SQL, run as the person who asks.
 *
 * Owns: tool names, schemas, results and error texts of the servers.
 * Never: decides; holds a session between requests.
 * Depends on: kernel, sql's types, wire, base.
 */
export { createMcp } from "./create.ts";
