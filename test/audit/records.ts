import type { DecisionRecord } from "#kernel/mod.ts";

/** A decision on a table, with what a test cares about put over it. */
export function recordOf(number: number, over: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    key: { request_id: `request-${number}`, hop: "0", permit: 1, phase: "closing" },
    at_ms: Date.UTC(2026, 0, 2, 3, 4, 5, number % 1000),
    duration_ms: 1,
    trace_id: "0af7651916cd43dd8448eb211c80319c",
    door: "sql",
    workspace: "77",
    subject: { kind: "user", id: "1", name: "ana@example.org" },
    action: "table.read_data",
    what: [{ type: "TABLE", name: "main.sales.orders" }],
    effect: "permit",
    because: [{ rule: "grant", holds: true, detail: "SELECT on TABLE 'main.sales.orders'" }],
    obligations: [],
    lent_by: [],
    governance_version: 1,
    source_ip: "127.0.0.1",
    user_agent: "test",
    outcome: { status: "ok", rows: 3 },
    ...over,
  };
}
