/**
 * api/permissions: who may use the workspace's warehouses and serving endpoints, and the governed tags.
 *
 * Owns: the declarations of `/api/2.0/permissions` and of rule sets.
 * Never: decides.
 * Depends on: catalog by Services, kernel, wire.
 */
import type { Endpoint } from "../endpoint.ts";
import { objectKinds, objectPermissions } from "./object-permissions.ts";
import { ruleSetEndpoints } from "./rule-sets.ts";

export const permissionsEndpoints: readonly Endpoint[] = Object.freeze([
  ...objectKinds.flatMap(objectPermissions),
  ...ruleSetEndpoints,
]);
