import assert from "node:assert/strict";
import type { Caller } from "./caller.ts";
import { acknowledged, type Sent, unavailable } from "./ledger.ts";

/** One row of `system.access.audit`, as far as it is looked at. */
export interface AuditRow {
  readonly request_id: string;
  readonly action: string;
  readonly effect: string;
  readonly result: string;
  readonly securable: string;
  readonly rows: number;
}

/** The audit table's rows from a moment on. */
export async function auditSince(admin: Caller, since_ms: number): Promise<readonly AuditRow[]> {
  const rows = await admin.rows(`
    SELECT request_id, decision.action, decision.effect, response.result, decision.rows,
      array_join(transform(decision.securables, s -> s.name), ',')
    FROM system.access.audit WHERE event_time >= TIMESTAMP '${new Date(since_ms).toISOString()}'`);
  return rows.map(([request_id, action, effect, result, count, securable]) => ({
    request_id: request_id ?? "",
    action: action ?? "",
    effect: effect ?? "",
    result: result ?? "",
    securable: securable ?? "",
    rows: Number(count),
  }));
}

/** The answer of a server that could not record its decision, and so decided nothing. */
const UNRECORDED = "TEMPORARILY_UNAVAILABLE";

/**
 * Every decision that an answer told of is on record, once. @returns how many records were looked for.
 * @throws AssertionError naming the request that lacks one, or has two.
 */
export function assertRecorded(sent: readonly Sent[], audit: readonly AuditRow[]): number {
  const byRequest = Map.groupBy(audit, ({ request_id }) => request_id);
  let checked = 0;
  for (const one of sent) {
    const { text, wanted, answer } = one;
    if (!answer || answer.state === UNRECORDED) continue;
    assert.notEqual(answer.request_id, "", `the answer to ${text} names its request`);
    const records = byRequest.get(answer.request_id) ?? [];
    // What failed tells of no more than that it was let in.
    const due = acknowledged(one) || (isDenied(wanted) && !unavailable(one)) ? wanted : wanted.slice(0, 1);
    for (const { action, effect } of due) {
      const found = records.filter((one) => one.action === action && one.effect === effect);
      assert.equal(found.length, 1, `records of ${action} for request ${answer.request_id}: ${text}`);
      checked += 1;
    }
  }
  return checked;
}

const isDenied = (wanted: Sent["wanted"]): boolean => wanted.some(({ effect }) => effect === "deny");
