/**
 * resolve: from a syntax tree to what it means.
 *
 * Owns: scopes, the resolved tree, the rules of where aggregates and windows may stand.
 * Never: asks for access, reads a policy, prints; says a name that the caller did not write.
 * Depends on: the syntax tree, the types, the function table.
 */
export { Numbering, type ResolvePorts } from "./environment.ts";
export { resolveOver, resolveQuery } from "./query.ts";
