import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { silentLog } from "#base/log.ts";
import { systemClock } from "#host/mod.ts";
import { Doorway, type Facts, Gate, table, type What, type Who } from "#kernel/mod.ts";
import { createAudit } from "../../src/audit/mod.ts";
import { freshDatabase } from "../world/database.ts";
import { memoryJournal } from "../world/journal.ts";
import { recordOf } from "./records.ts";

const who: Who = {
  subject: { kind: "user", id: "1", name: "root@example.org" },
  groups: ["admins", "account users"],
  scopes: ["all-apis"],
  workspace: "77",
};

/** A gate at which this subject owns everything. */
const gate = new Gate({
  facts: {
    load: async (whats: readonly What[]) =>
      whats.map(
        (what): Facts => ({
          what,
          found: true,
          chain: [{ what, owner: "admins", grants: [] }],
          policies: [],
          version: 1,
        }),
      ),
  },
  groups: { namesFor: async (name) => new Set([name]) },
  audit: memoryJournal(),
  clock: systemClock,
});

const doorway = new Doorway("sql", { request_id: "r", trace_id: "t", source_ip: "127.0.0.1", user_agent: "test" });

test("system.access.audit shows what was appended just now, with Databricks' names and our decision", async (context) => {
  await using world = await freshDatabase();
  const data_dir = mkdtempSync(join(tmpdir(), "lakeward-audit-"));
  context.after(() => rmSync(data_dir, { recursive: true, force: true }));
  const audit = await createAudit({ db: world.db, log: silentLog, data_dir });
  const denied = recordOf(5, {
    effect: "deny",
    actor: { kind: "agent", name: "helper" },
    outcome: { status: "error", error_code: "PERMISSION_DENIED" },
  });
  const masked = recordOf(6, {
    obligations: [
      { type: "row_filter", policy: "main.sec.mine", function: "main.sec.mine", arguments: [] },
      { type: "column_mask", policy: "main.sec.hide", column: "cost", function: "main.sec.hide", arguments: [] },
    ],
    lent_by: [{ what: { type: "TABLE", name: "main.sales.v" }, owner: "bo" }],
  });
  await audit.sink.append(denied);
  await audit.sink.append(masked);
  const wanted = ["event_time", "event_date", "user_identity", "service_name", "action_name", "request_params"];
  await using permit = await gate.enter(who, "table.read_data", table("system.access.audit"), doorway);
  const rows: unknown[] = [];
  for await (const page of audit.scans[0]!.rows(permit, who, [...wanted, "response", "identity_metadata", "decision"]))
    rows.push(...page);
  assert.deepEqual(rows[0], [
    "2026-01-02T03:04:05.005Z",
    "2026-01-02",
    { email: "ana@example.org", subject_name: "ana@example.org" },
    "unityCatalog",
    "generateTemporaryTableCredential",
    { table_full_name: "main.sales.orders", securable_type: "TABLE" },
    { status_code: 403, error_message: "PERMISSION_DENIED", result: "error" },
    { run_by: "helper", run_as: "ana@example.org" },
    {
      effect: "deny",
      door: "sql",
      subject: "ana@example.org",
      viewed_as: null,
      actor: "helper",
      client: null,
      identity: { method: "on_behalf_of", because: "the agent 'helper' acts for who asks" },
      action: "table.read_data",
      securables: [{ type: "TABLE", name: "main.sales.orders" }],
      obligations: [],
      because: [{ rule: "grant", holds: true, detail: "SELECT on TABLE 'main.sales.orders'" }],
      lent_by: [],
      trace_id: denied.trace_id,
      hop: "0",
      permit: 1,
      rows: null,
    },
  ]);
  assert.partialDeepStrictEqual((rows[1] as readonly unknown[])[8], {
    obligations: ["row_filter main.sec.mine", "column_mask main.sec.hide on cost"],
    lent_by: ["TABLE main.sales.v as bo"],
    rows: 3,
  });
  await audit.close();
});

test("the scan asks for a permit to read this very table", async (context) => {
  await using world = await freshDatabase();
  const data_dir = mkdtempSync(join(tmpdir(), "lakeward-audit-"));
  context.after(() => rmSync(data_dir, { recursive: true, force: true }));
  const audit = await createAudit({ db: world.db, log: silentLog, data_dir });
  await using other = await gate.enter(who, "table.read_data", table("main.sales.orders"), doorway);
  await assert.rejects(async () => {
    for await (const page of audit.scans[0]!.rows(other, who, ["event_id"])) assert.fail(`rows came: ${page.length}`);
  }, /needs a permit for system\.access\.audit/);
  await audit.close();
});
