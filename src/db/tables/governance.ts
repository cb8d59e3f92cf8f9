import type { ColumnType } from "kysely";

/** One row. Its version counts every change of what decisions rest on. */
export interface GovernanceVersionTable {
  readonly only_row: ColumnType<boolean, boolean | undefined, never>;
  /** 64 bits: the driver gives it as text. */
  readonly version: ColumnType<string, string | number, string | number>;
}

/** One row: the deployment's own ids, minted at the first start. */
export interface SiteTable {
  readonly single: ColumnType<boolean, boolean | undefined, never>;
  readonly account_id: string;
  readonly metastore_id: string;
  readonly workspace_id: string;
}

export interface GovernanceTables {
  readonly governance_version: GovernanceVersionTable;
  readonly site: SiteTable;
}
