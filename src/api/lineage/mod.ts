/**
 * api/lineage: the endpoints of lineage.
 *
 * Owns: their declarations, and the wire's shape of what the journal tells of one table.
 * Never: shows a table that the caller may not know of.
 * Depends on: audit by Services, kernel, wire.
 */
import type { Endpoint } from "../endpoint.ts";
import { columnLineage, tableLineage } from "./tracking.ts";

export const lineageEndpoints: readonly Endpoint[] = Object.freeze([tableLineage, columnLineage]);
