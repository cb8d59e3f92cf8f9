// biome-ignore lint/suspicious/noEmptyInterface: catalog has no tables yet
export interface CatalogTables {}
