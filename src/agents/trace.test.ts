import assert from "node:assert/strict";
import { test } from "node:test";
import { type DecisionRecord, Doorway, endpoint, Gate, table, type Who, workspace } from "#kernel/mod.ts";
import { traceOf } from "./trace.ts";

const who: Who = {
  subject: { kind: "user", id: "1", name: "ana" },
  groups: [],
  scopes: ["all-apis"],
  workspace: "1",
};
const request = { request_id: "r1", trace_id: "t1", source_ip: "", user_agent: "" };
const chain = [
  { what: endpoint("agent"), owner: "ana", grants: [] },
  { what: workspace, owner: "admins", grants: [] },
];
const gate = new Gate({
  facts: { load: async (whats) => whats.map((what) => ({ what, found: true, chain, policies: [], version: 1 })) },
  groups: { namesFor: async (name) => new Set([name]) },
  audit: { append: async () => {}, appendIn: async () => {} },
  clock: { now_ms: () => 1000 },
});
const record = (more: Partial<DecisionRecord>): DecisionRecord => ({
  key: { request_id: "r2", hop: "0", permit: 1, phase: "closing" },
  at_ms: 1010,
  duration_ms: 5,
  trace_id: "t1",
  door: "sql",
  workspace: "1",
  subject: who.subject,
  actor: { kind: "agent", name: "agent" },
  action: "table.read_data",
  what: [table("main.s.t")],
  effect: "permit",
  because: [],
  obligations: [{ type: "row_filter", policy: "main.s.own_rows", function: "main.s.own_rows", arguments: [] }],
  lent_by: [],
  governance_version: 1,
  source_ip: "",
  user_agent: "",
  outcome: { status: "ok" },
  ...more,
});

test("spans are the hops of this request alone, with their permits' obligations by name", async () => {
  await using permit = await gate.enter(who, "endpoint.query", endpoint("agent"), new Doorway("serving", request));
  const { trace, databricks_request_id } = traceOf(permit, 1000, 1050, [
    record({}),
    record({ at_ms: 900 }),
    record({ subject: { ...who.subject, id: "2" } }),
    record({ actor: { kind: "agent", name: "other" } }),
    record({ key: { request_id: "r3", hop: "0", permit: 1, phase: "opening" } }),
  ]);
  const [root, hop, ...others] = trace.data.spans;
  assert.equal(databricks_request_id, "r1");
  assert.equal(trace.info.trace_id, "tr-t1");
  assert.deepEqual(others, []);
  assert.equal(root?.parent_span_id, null);
  assert.equal(hop?.parent_span_id, root?.span_id);
  assert.equal(hop?.name, "sql table.read_data");
  assert.deepEqual(hop?.attributes.obligations, ["main.s.own_rows"]);
  assert.equal(hop?.start_time_unix_nano, "1010000000");
});

test("a denied hop is a span with an error", async () => {
  await using permit = await gate.enter(who, "endpoint.query", endpoint("agent"), new Doorway("serving", request));
  const denied = record({
    effect: "deny",
    obligations: [],
    outcome: { status: "error", error_code: "PERMISSION_DENIED" },
  });
  const { trace } = traceOf(permit, 1000, 1050, [denied]);
  assert.deepEqual(trace.data.spans[1]?.status, { code: "STATUS_CODE_ERROR", message: "PERMISSION_DENIED" });
  assert.equal(trace.info.state, "ERROR");
});
