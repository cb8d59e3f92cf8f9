import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { silentLog } from "#base/log.ts";
import { systemClock } from "#host/mod.ts";
import { type DecisionRecord, Doorway, type Facts, fn, Gate, table, type Who } from "#kernel/mod.ts";
import { createAudit } from "../../src/audit/mod.ts";
import { ADMIN, READER } from "../sql/setting.ts";
import { sqlWorld, who as whoIs } from "../sql/world.ts";
import { freshDatabase } from "../world/database.ts";
import { memoryJournal } from "../world/journal.ts";
import { lineageOf, recordOf } from "./records.ts";

const who: Who = {
  subject: { kind: "user", id: "1", name: "root@example.org" },
  groups: ["admins"],
  scopes: ["all-apis"],
  workspace: "77",
};

const gate = new Gate({
  facts: {
    load: async (whats) =>
      whats.map((what): Facts => {
        const chain = [{ what, owner: "admins", grants: [] }];
        return { what, found: true, chain, policies: [], version: 1 };
      }),
  },
  groups: { namesFor: async (name) => new Set([name]) },
  audit: memoryJournal(),
  clock: systemClock,
});

const doorway = new Doorway("sql", { request_id: "r", trace_id: "t", source_ip: "127.0.0.1", user_agent: "test" });

function temporary(context: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "lakeward-lineage-"));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function read(
  audit: Awaited<ReturnType<typeof createAudit>>,
  name: string,
  columns: readonly string[],
): Promise<readonly (readonly unknown[])[]> {
  const scan = audit.scans.find((one) => one.name === name)!;
  const permit = await gate.enter(who, "table.read_data", table(name), doorway);
  const rows: (readonly unknown[])[] = [];
  for await (const page of scan.rows(permit, who, columns)) rows.push(...page);
  await permit.settle({ status: "ok" });
  return rows;
}

describe("the lineage tables", () => {
  it("tell both tables' rows from the record of the statement, with who, by what and under which policies", async (context) => {
    await using world = await freshDatabase();
    const audit = await createAudit({ db: world.db, log: silentLog, data_dir: temporary(context) });
    await audit.sink.append(
      recordOf(1, { actor: { kind: "agent", name: "helper" }, outcome: { status: "ok", lineage: lineageOf("s-1") } }),
    );
    await audit.sink.append(recordOf(2));
    const ends = ["source_type", "source_table_full_name", "target_table_full_name", "direct_access"];
    assert.deepEqual(
      await read(audit, "system.access.table_lineage", [...ends, "created_by", "statement_id", "governance"]),
      [
        {
          end: ["VIEW", "main.sales.v", "main.sales.copy", true],
          through: [],
          row_filters: [],
          column_masks: [],
        },
        {
          end: ["TABLE", "main.sales.orders", "main.sales.copy", false],
          through: ["VIEW main.sales.v"],
          row_filters: ["main.sec.mine"],
          column_masks: [{ column: "cost", policy: "main.sec.hide" }],
        },
      ].map(({ end, ...policies }) => [
        ...end,
        "ana@example.org",
        "s-1",
        {
          ...{ subject: "ana@example.org", actor: "helper", client: null, complete: true },
          ...{ trace_id: recordOf(1).trace_id, ...policies },
        },
      ]),
    );
    const column = ["source_table_name", "source_column_name", "target_table_name", "target_column_name", "governance"];
    const flows = await read(audit, "system.access.column_lineage", column);
    assert.deepEqual(
      flows.map(([...row]) => [...row.slice(0, 4), (row[4] as { readonly is_masked: boolean }).is_masked]),
      [
        ["v", "cost", "copy", "price", true],
        ["orders", "cost", "copy", "price", true],
        ["v", "id", "copy", "id", false],
      ],
    );
    const ids = await read(audit, "system.access.column_lineage", ["record_id"]);
    assert.equal(new Set(ids.flat()).size, 3, "each row has an id of its own");
    await audit.close();
  });

  it("hold what was acknowledged before a kill -9, as they are read from the journal", async (context) => {
    await using world = await freshDatabase();
    const data_dir = temporary(context);
    const child = spawn(process.execPath, [join(import.meta.dirname, "append-child.ts"), join(data_dir, "journal")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    const gone = new Promise((resolve) => child.once("close", resolve));
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.split("\n").length > 60) child.kill("SIGKILL");
    });
    await gone;
    const acknowledged = said.split("\n").slice(0, -1);
    assert.ok(acknowledged.length >= 40);
    const audit = await createAudit({ db: world.db, log: silentLog, data_dir });
    const told = new Set((await read(audit, "system.access.table_lineage", ["statement_id"])).flat());
    assert.deepEqual(
      acknowledged.filter((id) => !told.has(id)),
      [],
    );
    await audit.close();
  });

  it("tell of a write in its own transaction, and of a failed statement nothing", async () => {
    await using world = await sqlWorld();
    await world.must(ADMIN, "CREATE CATALOG lake");
    await world.must(ADMIN, "CREATE SCHEMA lake.s");
    await world.must(ADMIN, "CREATE TABLE a AS SELECT 1 AS n");
    await world.must(ADMIN, "CREATE TABLE b AS SELECT n FROM a");
    await world.must(ADMIN, "CREATE VIEW v AS SELECT n FROM b");
    const telling = (records: readonly DecisionRecord[]) =>
      records.filter((one) => one.outcome?.lineage).map((one) => one.action);
    assert.deepEqual(telling(world.records), ["table.create", "table.create", "table.create"]);
    const count = world.records.length;
    assert.ok((await world.run(ADMIN, "SELECT n / 0 FROM a")).error);
    assert.ok((await world.run(ADMIN, "CREATE TABLE c AS SELECT n / 0 AS m FROM a")).error);
    assert.ok((await world.run(READER, "SELECT n FROM a")).error);
    assert.deepEqual(telling(world.records.slice(count)), []);
  });

  it("tell of a function that was called by itself, as agents do", async () => {
    await using world = await sqlWorld();
    for (const each of ["CREATE CATALOG lake", "CREATE SCHEMA lake.s", "CREATE TABLE a AS SELECT 1 AS n"])
      await world.must(ADMIN, each);
    await world.must(ADMIN, "CREATE FUNCTION top() RETURNS INT RETURN (SELECT max(n) FROM lake.s.a)");
    const caller = whoIs(ADMIN);
    const permit = await world.gate.enter(caller, "function.execute", fn("lake.s.top"), world.doorway().into("sql"));
    const count = world.records.length;
    await world.sql.call(permit, {}, permit.doorway);
    await permit.settle({ status: "ok" });
    const told = world.records.slice(count).flatMap((one) => one.outcome?.lineage ?? []);
    assert.deepEqual(
      told.map(({ target, reads, columns }) => [target, reads.map(({ name, through }) => [name, through]), columns]),
      [
        [
          null,
          [["lake.s.a", [{ type: "FUNCTION", name: "lake.s.top" }]]],
          [{ from: 0, column: "n", to: null, masked_by: [] }],
        ],
      ],
    );
  });
});
