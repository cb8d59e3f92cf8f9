/**
 * api/secrets: what people keep for agents, apps and connections.
 *
 * Owns: the declarations of `/api/2.0/secrets`.
 * Never: decides; repeats a value in an error.
 * Depends on: secrets by Services, kernel, wire.
 */
import type { Endpoint } from "../endpoint.ts";
import { deleteAcl, getAcl, listAcls, putAcl } from "./acls.ts";
import { createScope, deleteScope, listScopes } from "./scopes.ts";
import { deleteSecret, getSecret, listSecrets, putSecret } from "./values.ts";

export const secretsEndpoints: readonly Endpoint[] = Object.freeze([
  createScope,
  listScopes,
  deleteScope,
  putSecret,
  getSecret,
  listSecrets,
  deleteSecret,
  putAcl,
  getAcl,
  listAcls,
  deleteAcl,
]);
