/**
 * net: the one way out of the process, and the certificates of the way in.
 *
 * Owns: outbound HTTP with its address checks, the local certificate authority and the server's certificate.
 * Never: decides who may ask for an outbound call; knows any protocol above HTTP.
 * Depends on: wire, base.
 */
export { type LocalCa, openLocalCa } from "./ca.ts";
export { createEgress, type Egress } from "./egress.ts";
export type { EgressEntry, EgressPurpose } from "./egress-target.ts";
