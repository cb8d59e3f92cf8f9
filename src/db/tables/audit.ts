/** Filled by the module that owns them. */
export type AuditTables = object;
