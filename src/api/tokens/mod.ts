/**
 * api/tokens: personal access tokens.
 *
 * Owns: the declarations of `/api/2.0/token` and `/api/2.0/token-management`.
 * Never: decides; shows a token's value after it was made.
 * Depends on: identity by Services, kernel, wire.
 */
import type { Endpoint } from "../endpoint.ts";
import {
  createTokenFor,
  deleteManagedToken,
  getManagedToken,
  listAllTokens,
  updateManagedToken,
} from "./management.ts";
import { createToken, deleteToken, listTokens, updateToken } from "./own.ts";

export const personalTokenEndpoints: readonly Endpoint[] = Object.freeze([
  createToken,
  listTokens,
  deleteToken,
  updateToken,
  createTokenFor,
  listAllTokens,
  getManagedToken,
  updateManagedToken,
  deleteManagedToken,
]);
