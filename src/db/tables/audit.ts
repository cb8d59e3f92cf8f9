// biome-ignore lint/suspicious/noEmptyInterface: audit has no tables yet
export interface AuditTables {}
