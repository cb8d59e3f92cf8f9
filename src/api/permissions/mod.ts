/**
 * api/permissions: who may use the workspace's warehouses and serving endpoints.
 *
 * Owns: the declarations of `/api/2.0/permissions`.
 * Never: decides.
 * Depends on: catalog by Services, kernel, wire.
 */
import type { Endpoint } from "../endpoint.ts";
import { objectKinds, objectPermissions } from "./object-permissions.ts";

export const permissionsEndpoints: readonly Endpoint[] = Object.freeze(objectKinds.flatMap(objectPermissions));
