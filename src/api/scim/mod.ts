/**
 * api/scim: users, groups and service principals as SCIM 2.0 says them, and who the caller is.
 *
 * Owns: the declarations beneath `/scim/v2`.
 * Never: decides, or reads the directory but by identity.
 * Depends on: identity by Services, kernel, wire.
 */
import type { Endpoint } from "../endpoint.ts";
import { me } from "./me.ts";
import { principalEndpoints } from "./resources.ts";

export const scimEndpoints: readonly Endpoint[] = Object.freeze([me, ...principalEndpoints]);
