import { INLINE_RESULT_BYTES_MAX } from "#base/limits.ts";
import { Fault } from "#wire/errors.ts";
import type { StatementResult } from "../plan/session.ts";
import type { StatementOrder } from "./request.ts";

/**
 * The result as the caller asked for it: cut at `row_limit` and `byte_limit`, and an error when it is larger than an inline
 * result may be. Statement Execution API, "row_limit", "byte_limit", "disposition".
 */
export function inlineResult(result: StatementResult, order: StatementOrder): StatementResult {
  const { rows_max, bytes_max } = order.limits;
  let bytes = 0;
  let count = 0;
  for (const row of result.rows) {
    for (const value of row) bytes += value === null ? 4 : Buffer.byteLength(value) + 2;
    if (count === rows_max || bytes > bytes_max) break;
    count += 1;
  }
  const cut = count < result.rows.length || result.truncated;
  const by_rows = count === rows_max;
  if (cut && !by_rows && !order.cut_at_bytes) throw tooLarge();
  return count < result.rows.length ? { ...result, rows: result.rows.slice(0, count), truncated: true } : result;
}

function tooLarge(): Fault {
  return new Fault(
    "BAD_REQUEST",
    `The result is larger than ${INLINE_RESULT_BYTES_MAX} bytes, the limit of an inline one. Select fewer rows or columns, or give a row_limit or byte_limit.`,
    { reason: "INLINE_BYTE_LIMIT_EXCEEDED", sqlstate: "54000" },
  );
}
