import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertPermit, type Scan } from "#kernel/mod.ts";
import { ADMIN, READER } from "./setting.ts";
import { sqlWorld } from "./world.ts";

const asked: (readonly string[])[] = [];
const scan: Scan = {
  name: "system.access.audit",
  columns: [
    { name: "event_time", type: "TIMESTAMP" },
    { name: "action_name", type: "STRING" },
    { name: "user_identity", type: "STRUCT<email: STRING>" },
    { name: "request_params", type: "MAP<STRING, STRING>" },
  ],
  rows: async function* (permit, _who, columns) {
    assertPermit(permit, "table.read_data");
    asked.push(columns);
    yield [
      ["2026-01-02T03:04:05.000Z", "getTable", { email: READER }, { a: "1" }],
      ["2026-01-02T03:04:06.000Z", "it's", { email: ADMIN }, {}],
    ];
  },
};

describe("a relation whose rows do not lie in files", () => {
  it("is queried like a table by whoever may read it, and hidden from others", async () => {
    await using world = await sqlWorld({ scans: [scan] });
    const text = `SELECT action_name, user_identity.email, request_params['a'] FROM system.access.audit
      WHERE event_time >= TIMESTAMP '2026-01-01 00:00:00' ORDER BY event_time`;
    const { rows } = await world.must(ADMIN, text);
    assert.deepEqual(rows, [
      ["getTable", READER, "1"],
      ["it's", ADMIN, null],
    ]);
    assert.match((await world.run(READER, text)).error!, /TABLE_OR_VIEW_NOT_FOUND/);
    assert.equal(asked.length, 1);
    const explained = await world.must(ADMIN, `EXPLAIN GOVERNANCE ${text}`);
    assert.deepEqual(explained.rows[0]?.slice(0, 3), ["system.access.audit", "TABLE", "ALLOWED"]);
    assert.equal(asked.length, 1, "an explanation asks no scan for rows");
  });
});
