import type { ColumnType } from "kysely";

/** One row. Its version counts every change of what decisions rest on. */
export interface GovernanceVersionTable {
  readonly only_row: ColumnType<boolean, boolean | undefined, never>;
  /** 64 bits: the driver gives it as text. */
  readonly version: ColumnType<string, string | number, string | number>;
}

export interface GovernanceTables {
  readonly governance_version: GovernanceVersionTable;
}
