import { type ErrorCode, errors, type Fault } from "../errors.ts";

/** `error_code` of a failed statement. Source: databricks-sdk-py `service/sql.py`, ServiceErrorCode. */
export type ServiceErrorCode =
  | "ABORTED"
  | "ALREADY_EXISTS"
  | "BAD_REQUEST"
  | "CANCELLED"
  | "DEADLINE_EXCEEDED"
  | "INTERNAL_ERROR"
  | "NOT_FOUND"
  | "RESOURCE_EXHAUSTED"
  | "TEMPORARILY_UNAVAILABLE";

interface Condition {
  /** SQL error condition, said in brackets before the message. */
  readonly name: string;
  readonly sqlstate?: string;
  readonly service?: ServiceErrorCode;
}

/**
 * How a failed statement names each fault. What the caller can mend is BAD_REQUEST with the condition in brackets, as Databricks
 * answers; condition names: Databricks docs "Error conditions".
 */
const conditions: Readonly<Partial<Record<ErrorCode, Condition>>> = Object.freeze({
  PERMISSION_DENIED: { name: "INSUFFICIENT_PERMISSIONS", sqlstate: "42501" },
  CATALOG_DOES_NOT_EXIST: { name: "NO_SUCH_CATALOG_EXCEPTION", sqlstate: "42704" },
  SCHEMA_DOES_NOT_EXIST: { name: "SCHEMA_NOT_FOUND", sqlstate: "42704" },
  TABLE_DOES_NOT_EXIST: { name: "TABLE_OR_VIEW_NOT_FOUND", sqlstate: "42P01" },
  FUNCTION_DOES_NOT_EXIST: { name: "UNRESOLVED_ROUTINE", sqlstate: "42883" },
  PRINCIPAL_DOES_NOT_EXIST: { name: "PRINCIPAL_DOES_NOT_EXIST", sqlstate: "42704" },
  CATALOG_ALREADY_EXISTS: { name: "CATALOG_ALREADY_EXISTS", sqlstate: "42710" },
  SCHEMA_ALREADY_EXISTS: { name: "SCHEMA_ALREADY_EXISTS", sqlstate: "42P06" },
  TABLE_ALREADY_EXISTS: { name: "TABLE_OR_VIEW_ALREADY_EXISTS", sqlstate: "42P07" },
  FUNCTION_ALREADY_EXISTS: { name: "ROUTINE_ALREADY_EXISTS", sqlstate: "42723" },
  NOT_IMPLEMENTED: { name: "UNSUPPORTED_FEATURE", sqlstate: "0A000" },
  RESOURCE_EXHAUSTED: { name: "RESOURCE_EXHAUSTED", service: "RESOURCE_EXHAUSTED" },
  RESOURCE_CONFLICT: { name: "DELTA_CONCURRENT_APPEND", service: "ABORTED" },
  CANCELLED: { name: "OPERATION_CANCELED", sqlstate: "HY008", service: "CANCELLED" },
  DEADLINE_EXCEEDED: { name: "DEADLINE_EXCEEDED", service: "DEADLINE_EXCEEDED" },
  TEMPORARILY_UNAVAILABLE: { name: "TEMPORARILY_UNAVAILABLE", service: "TEMPORARILY_UNAVAILABLE" },
  INTERNAL_ERROR: { name: "INTERNAL_ERROR", service: "INTERNAL_ERROR" },
});

/** A failed statement's `status.error` and SQLSTATE. A fault's own reason and SQLSTATE win over its code's; `internal` is not said. */
export function statementError(fault: Fault): {
  readonly error: { readonly error_code: ServiceErrorCode; readonly message: string };
  readonly sql_state: string;
} {
  const condition = conditions[fault.code];
  const name = fault.options.reason ?? condition?.name;
  const sql_state = fault.options.sqlstate ?? condition?.sqlstate ?? errors[fault.code].sqlstate;
  const said = name && !fault.message.startsWith("[") ? `[${name}] ${fault.message}` : fault.message;
  const message = `${said} SQLSTATE: ${sql_state}`;
  return { error: { error_code: condition?.service ?? "BAD_REQUEST", message }, sql_state };
}
