/**
 * identity: who someone is, and what tokens say so.
 *
 * Owns: users, groups, service principals, their secrets and tokens, the signing keys, federation policies, the token endpoint.
 * Never: decides what a principal may do; signs a token that another issuer's users could be taken for.
 * Depends on: db (from store/), net, kernel, wire, base.
 */

export type { LoginProvider } from "./authorization/upstream.ts";
export type { DirectoryEntry } from "./directory.ts";
export { identityTypes } from "./facts.ts";
export { readTrustedIssuer, type TrustedIssuer } from "./federation/trusted-issuers.ts";
export { createIdentity, type Identity, type IdentityOptions } from "./identity.ts";
export { openSealingKey } from "./sealing-key.ts";
