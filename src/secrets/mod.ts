/**
 * secrets: what people keep for agents, apps and connections to use, by scope and key.
 *
 * Owns: secret scopes, the secrets in them, who may read, write and manage them.
 * Never: keeps a value unsealed, or says one to anybody but whoever has READ.
 * Depends on: db (from store.ts), kernel, wire, base.
 */
export { createSecrets } from "./create.ts";
