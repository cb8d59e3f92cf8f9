/**
 * audit: the one journal of decisions.
 *
 * Owns: the journal on disk, its copy in Postgres, `system.access.audit`.
 * Never: decides, or keeps a value of any row.
 * Depends on: db, kernel (AuditSink, AuditTrail, Scan), wire, base.
 */
export { createAudit } from "./create.ts";
