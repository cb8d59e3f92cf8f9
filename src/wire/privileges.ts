import type { SecurableType } from "./securables.ts";

/**
 * Unity Catalog privileges and the workspace's permission levels, with the kinds of securable each one applies to.
 * A privilege granted on a parent reaches present and future children of the kinds it applies to (METASTORE privileges do not reach down).
 * REST spells them with underscores, SQL with spaces. Source: Databricks docs, "privileges reference";
 * levels: databricks-sdk-py `service/iam.py` PermissionLevel.
 */
// biome-ignore format: a table is read in columns
export const privileges = Object.freeze({
  ALL_PRIVILEGES:  ["CATALOG", "SCHEMA", "TABLE", "FUNCTION", "MODEL_SERVICE", "MODEL_PROVIDER_SERVICE"],
  MANAGE:          ["CATALOG", "SCHEMA", "TABLE", "FUNCTION", "MODEL_SERVICE", "MODEL_PROVIDER_SERVICE", "SECRET_SCOPE", "TAG_POLICY"],
  BROWSE:          ["CATALOG", "SCHEMA", "TABLE", "FUNCTION"],
  READ_METADATA:   ["CATALOG", "SCHEMA", "TABLE", "FUNCTION", "MODEL_SERVICE", "MODEL_PROVIDER_SERVICE"],
  APPLY_TAG:       ["CATALOG", "SCHEMA", "TABLE"],
  CREATE_CATALOG:  ["METASTORE"],
  CREATE_GOVERNED_TAG: ["METASTORE"],
  ASSIGN:          ["TAG_POLICY"],
  USE_CATALOG:     ["CATALOG"],
  CREATE_SCHEMA:   ["CATALOG"],
  USE_SCHEMA:      ["SCHEMA"],
  CREATE_TABLE:    ["SCHEMA"],
  CREATE_FUNCTION: ["SCHEMA"],
  CREATE_SERVICE:  ["SCHEMA"],
  CREATE_CONNECTION: ["SCHEMA"],
  SELECT:          ["TABLE"],
  MODIFY:          ["TABLE"],
  EXECUTE:         ["FUNCTION", "MODEL_SERVICE", "MODEL_PROVIDER_SERVICE"],
  READ:            ["SECRET_SCOPE"],
  WRITE:           ["SECRET_SCOPE"],
  CAN_USE:         ["WAREHOUSE", "AUTHORIZATION"],
  CAN_VIEW:        ["WAREHOUSE", "ENDPOINT", "USER", "GROUP"],
  CAN_MONITOR:     ["WAREHOUSE"],
  CAN_QUERY:       ["ENDPOINT"],
  CAN_MANAGE:      ["WAREHOUSE", "ENDPOINT", "AUTHORIZATION"],
} as const satisfies Record<string, readonly SecurableType[]>);

export type Privilege = keyof typeof privileges;

/** Not part of ALL PRIVILEGES, as on Databricks: managing a thing is not using it. */
export const outsideAllPrivileges: ReadonlySet<Privilege> = new Set(["MANAGE"]);

/** A permission level contains the levels named beside it (iam: CAN_MANAGE on a warehouse may also use it). */
export const levelContains: Readonly<Partial<Record<Privilege, readonly Privilege[]>>> = Object.freeze({
  MANAGE: ["WRITE", "READ"],
  WRITE: ["READ"],
  CAN_MANAGE: ["CAN_USE", "CAN_QUERY", "CAN_VIEW", "CAN_MONITOR"],
  CAN_QUERY: ["CAN_VIEW"],
  CAN_USE: ["CAN_VIEW"],
  CAN_MONITOR: ["CAN_USE", "CAN_VIEW"],
});

/** True when holding `privilege` says something about a securable of this kind. */
export function appliesTo(privilege: Privilege, type: SecurableType): boolean {
  return (privileges[privilege] as readonly SecurableType[]).includes(type);
}
