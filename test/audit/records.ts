import type { DecisionRecord, Lineage } from "#kernel/mod.ts";

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

/** A table that was made from a view over a governed one. */
export function lineageOf(statement_id: string): Lineage {
  const through = [{ type: "VIEW", name: "main.sales.v" }] as const;
  return {
    statement_id,
    target: { type: "TABLE", name: "main.sales.copy" },
    reads: [
      { type: "VIEW", name: "main.sales.v", through: [], row_filters: [], column_masks: [] },
      {
        ...{ type: "TABLE", name: "main.sales.orders", through, row_filters: ["main.sec.mine"] },
        column_masks: [{ column: "cost", policy: "main.sec.hide" }],
      },
    ],
    columns: [
      { from: 0, column: "cost", to: "price", masked_by: ["main.sec.hide"] },
      { from: 1, column: "cost", to: "price", masked_by: ["main.sec.hide"] },
      { from: 0, column: "id", to: "id", masked_by: [] },
    ],
  };
}
