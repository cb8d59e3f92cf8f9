import { INLINE_RESULT_BYTES_MAX, STATEMENT_TEXT_BYTES_MAX } from "#base/limits.ts";
import { Fault } from "#wire/errors.ts";
import type { ExecuteStatementRequest } from "#wire/sql/statement.ts";
import { type CurrentNames, DEFAULT_NAMES } from "../plan/names.ts";
import type { ResultLimits } from "../plan/session.ts";
import { RESULT_ROWS_MAX, STATEMENT_TIME_MS, WAIT_DEFAULT_S, WAIT_MAX_S, WAIT_MIN_S } from "./limits.ts";

/** A request with its defaults filled in and its words checked. */
export interface StatementOrder {
  readonly text: string;
  readonly current: CurrentNames;
  readonly limits: ResultLimits;
  /** Whether the caller asked to be cut off at a number of bytes; without it a larger result is an error. */
  readonly cut_at_bytes: boolean;
  readonly wait_ms: number;
  readonly on_wait_timeout: "CONTINUE" | "CANCEL";
}

/** @throws Fault INVALID_PARAMETER_VALUE for a field that is wrong, NOT_IMPLEMENTED for a format or disposition not served. */
export function readOrder(request: ExecuteStatementRequest): StatementOrder {
  const bytes = Buffer.byteLength(request.statement);
  if (bytes > STATEMENT_TEXT_BYTES_MAX)
    throw new Fault("INVALID_PARAMETER_VALUE", `The statement is longer than ${STATEMENT_TEXT_BYTES_MAX} bytes.`);
  refuse("format", request.format, "JSON_ARRAY", ["ARROW_STREAM", "CSV"]);
  refuse("disposition", request.disposition, "INLINE", ["EXTERNAL_LINKS"]);
  return {
    text: request.statement,
    current: {
      catalog: (request.catalog ?? DEFAULT_NAMES.catalog).toLowerCase(),
      schema: (request.schema ?? DEFAULT_NAMES.schema).toLowerCase(),
    },
    limits: {
      rows_max: Math.min(request.row_limit ?? RESULT_ROWS_MAX, RESULT_ROWS_MAX),
      bytes_max: Math.min(request.byte_limit ?? INLINE_RESULT_BYTES_MAX, INLINE_RESULT_BYTES_MAX),
      time_ms: STATEMENT_TIME_MS,
    },
    cut_at_bytes: request.byte_limit !== undefined && request.byte_limit <= INLINE_RESULT_BYTES_MAX,
    wait_ms: readWait(request.wait_timeout) * 1000,
    on_wait_timeout: readOnTimeout(request.on_wait_timeout),
  };
}

function refuse(field: string, given: string | undefined, served: string, known: readonly string[]): void {
  if (given === undefined || given === served) return;
  if (known.includes(given))
    throw new Fault("NOT_IMPLEMENTED", `${field} '${given}' is not served here. Use '${served}'.`);
  throw new Fault("INVALID_PARAMETER_VALUE", `${field} '${given}' is not known. Use '${served}'.`);
}

function readWait(text: string | undefined): number {
  if (text === undefined) return WAIT_DEFAULT_S;
  const seconds = /^(\d{1,2})s$/.exec(text)?.[1];
  const wait_s = seconds === undefined ? Number.NaN : Number(seconds);
  if (wait_s === 0 || (wait_s >= WAIT_MIN_S && wait_s <= WAIT_MAX_S)) return wait_s;
  throw new Fault(
    "INVALID_PARAMETER_VALUE",
    `wait_timeout '${text}' must be '0s', or between '${WAIT_MIN_S}s' and '${WAIT_MAX_S}s'.`,
  );
}

function readOnTimeout(text: string | undefined): "CONTINUE" | "CANCEL" {
  if (text === undefined || text === "CONTINUE") return "CONTINUE";
  if (text === "CANCEL") return "CANCEL";
  throw new Fault("INVALID_PARAMETER_VALUE", `on_wait_timeout '${text}' must be CONTINUE or CANCEL.`);
}
