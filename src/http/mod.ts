/**
 * http: the edge. Reads requests, runs endpoint declarations, writes replies.
 *
 * Owns: listeners, the host allow-list, bodies, error shapes.
 * Never: decides; an endpoint's gate does.
 * Depends on: api, kernel, wire, base.
 */
export { createHttpServer } from "./server.ts";
