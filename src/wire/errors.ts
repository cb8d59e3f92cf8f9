/**
 * The one table of errors: how each code is said on every protocol Lakeward speaks.
 * A code is the Databricks `error_code`; sources: databricks-sdk-py `errors/platform.py` and `errors/mapping.py`
 * (code to exception), RFC 6749 section 5.2 (oauth), the JSON-RPC and MCP specifications (jsonrpc), SQLSTATE of Databricks SQL.
 * `retry`: whether the same call may pass later without a change by the caller.
 */
interface ErrorRow {
  readonly http: number;
  readonly sqlstate: string;
  readonly jsonrpc: number;
  readonly oauth: string;
  readonly openai: string;
  readonly retry: boolean;
}

const row = (http: number, sqlstate: string, jsonrpc: number, oauth: string, openai: string, retry = false): ErrorRow =>
  Object.freeze({ http, sqlstate, jsonrpc, oauth, openai, retry });

// biome-ignore format: a table is read in columns
export const errors = Object.freeze({
  UNAUTHENTICATED:                 row(401, "28000", -32001, "invalid_client",         "authentication_error"),
  INVALID_CLIENT:                  row(401, "28000", -32001, "invalid_client",         "authentication_error"),
  INVALID_GRANT:                   row(400, "28000", -32602, "invalid_grant",          "invalid_request_error"),
  UNSUPPORTED_GRANT_TYPE:          row(400, "0A000", -32602, "unsupported_grant_type", "invalid_request_error"),
  INVALID_SCOPE:                   row(400, "42501", -32602, "invalid_scope",          "invalid_request_error"),
  INVALID_AUTHORIZATION_DETAILS:   row(400, "42501", -32602, "invalid_authorization_details", "invalid_request_error"),
  ACCESS_DENIED:                   row(403, "42501", -32003, "access_denied",          "permission_error"),
  PERMISSION_DENIED:               row(403, "42501", -32003, "access_denied",          "permission_error"),
  BAD_REQUEST:                     row(400, "42000", -32602, "invalid_request",        "invalid_request_error"),
  INVALID_PARAMETER_VALUE:         row(400, "22023", -32602, "invalid_request",        "invalid_request_error"),
  MALFORMED_REQUEST:               row(400, "42000", -32700, "invalid_request",        "invalid_request_error"),
  INVALID_STATE:                   row(400, "55000", -32602, "invalid_request",        "invalid_request_error"),
  METHOD_NOT_ALLOWED:              row(405, "42000", -32600, "invalid_request",        "invalid_request_error"),
  ENDPOINT_NOT_FOUND:              row(404, "42704", -32601, "invalid_request",        "not_found_error"),
  RESOURCE_DOES_NOT_EXIST:         row(404, "42704", -32602, "invalid_request",        "not_found_error"),
  NOT_FOUND:                       row(404, "42704", -32602, "invalid_request",        "not_found_error"),
  METASTORE_DOES_NOT_EXIST:        row(404, "42704", -32602, "invalid_request",        "not_found_error"),
  CATALOG_DOES_NOT_EXIST:          row(404, "42704", -32602, "invalid_request",        "not_found_error"),
  SCHEMA_DOES_NOT_EXIST:           row(404, "42704", -32602, "invalid_request",        "not_found_error"),
  TABLE_DOES_NOT_EXIST:            row(404, "42P01", -32602, "invalid_request",        "not_found_error"),
  FUNCTION_DOES_NOT_EXIST:         row(404, "42883", -32602, "invalid_request",        "not_found_error"),
  PRINCIPAL_DOES_NOT_EXIST:        row(404, "42704", -32602, "invalid_request",        "not_found_error"),
  RESOURCE_ALREADY_EXISTS:         row(409, "42710", -32602, "invalid_request",        "invalid_request_error"),
  CATALOG_ALREADY_EXISTS:          row(400, "42710", -32602, "invalid_request",        "invalid_request_error"),
  SCHEMA_ALREADY_EXISTS:           row(400, "42710", -32602, "invalid_request",        "invalid_request_error"),
  TABLE_ALREADY_EXISTS:            row(400, "42P07", -32602, "invalid_request",        "invalid_request_error"),
  FUNCTION_ALREADY_EXISTS:         row(400, "42710", -32602, "invalid_request",        "invalid_request_error"),
  RESOURCE_CONFLICT:               row(409, "40001", -32602, "invalid_request",        "invalid_request_error", true),
  QUOTA_EXCEEDED:                  row(400, "53400", -32602, "invalid_request",        "invalid_request_error"),
  RESOURCE_EXHAUSTED:              row(429, "53400", -32000, "temporarily_unavailable","rate_limit_error", true),
  REQUEST_LIMIT_EXCEEDED:          row(429, "53400", -32000, "temporarily_unavailable","rate_limit_error", true),
  REQUEST_TOO_LARGE:               row(413, "54000", -32602, "invalid_request",        "invalid_request_error"),
  CANCELLED:                       row(499, "57014", -32000, "temporarily_unavailable","server_error"),
  DEADLINE_EXCEEDED:               row(504, "57014", -32000, "temporarily_unavailable","server_error", true),
  TEMPORARILY_UNAVAILABLE:         row(503, "57P03", -32000, "temporarily_unavailable","server_error", true),
  BAD_GATEWAY:                     row(502, "08006", -32000, "temporarily_unavailable","server_error", true),
  NOT_IMPLEMENTED:                 row(501, "0A000", -32601, "unsupported_grant_type", "invalid_request_error"),
  INTERNAL_ERROR:                  row(500, "XX000", -32603, "server_error",           "server_error"),
} as const);

export type ErrorCode = keyof typeof errors;

/** Reason of a denial for want of a scope, whatever the caller may do otherwise. */
export const INSUFFICIENT_SCOPE = "INSUFFICIENT_SCOPE";

/** Reason of a failure after which a change may have been made all the same: whoever asked must look before asking again. */
export const OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN";

/** What else an error may say; `internal` is for the log alone and never leaves the process. */
export interface FaultOptions {
  readonly cause?: unknown;
  readonly internal?: string;
  /** Machine-readable reason, rendered as google.rpc.ErrorInfo.reason, for instance a SQL error condition. */
  readonly reason?: string;
  /** Scopes that would have been enough, parted by blanks, in the caller's own words. */
  readonly scope?: string;
  /** SQLSTATE when the code's own is too coarse. */
  readonly sqlstate?: string;
  /** 1-based position in the statement text, when the fault is about one. */
  readonly position?: { readonly line: number; readonly column: number };
  /** Extra response headers, for instance WWW-Authenticate. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The one error class. Thrown anywhere, rendered only at an edge. The message is public and says what to do next. */
export class Fault extends Error {
  readonly code: ErrorCode;
  readonly options: FaultOptions;

  constructor(code: ErrorCode, message: string, options: FaultOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "Fault";
    this.code = code;
    this.options = options;
  }
}

/** Any thrown value as a Fault; what is not one becomes INTERNAL_ERROR, with its detail kept for the log only. */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const internal = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return new Fault(
    "INTERNAL_ERROR",
    "Internal error. Give the request id to an administrator, who can find it in the server's log.",
    {
      cause: thrown,
      internal,
    },
  );
}
