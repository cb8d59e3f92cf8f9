import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { Fault } from "#wire/errors.ts";
import { startEngine } from "./engine-fixture.ts";

const ENDLESS_CALL = "SELECT levenshtein(repeat('a', 200000), repeat('b', 200000))";
const ENDLESS_SCAN = "SELECT count(*) FROM range(1000000) AS a(i), range(1000000) AS b(j) WHERE a.i + b.j = -1";
const UNBOUNDED = [
  "SELECT string_agg(repeat('x', 1000000), ',') FROM range(100000) AS r(i)",
  "SELECT length(repeat('x', 2000000000) || repeat('x', 2000000000))",
  "SELECT list(repeat('x', 10000) || r.i) FROM range(1000000) AS r(i)",
];

function codeOf(error: unknown): string {
  return error instanceof Fault ? error.code : String(error);
}

describe("limits of the engine", () => {
  const fixture = startEngine({ memory_mb: 256 });
  after(() => fixture[Symbol.asyncDispose]());

  for (const [name, sql] of [
    ["within one scalar call", ENDLESS_CALL],
    ["between vectors", ENDLESS_SCAN],
  ] as const) {
    it(`end a cancelled statement ${name} within a second, and the next one runs`, async () => {
      await fixture.run("SELECT 1");
      const cancel = new AbortController();
      const running = fixture.run(sql, { signal: cancel.signal });
      await new Promise((resolve) => setTimeout(resolve, 150));
      const from = performance.now();
      cancel.abort();
      await assert.rejects(running, (error) => codeOf(error) === "CANCELLED");
      const took_ms = performance.now() - from;
      assert.ok(took_ms < 1000, `${took_ms} ms`);
      assert.deepEqual((await fixture.run("SELECT 2")).rows, [["2"]]);
    });
  }

  it("end a statement at its time limit", async () => {
    await assert.rejects(fixture.run(ENDLESS_SCAN, { limits: { time_ms: 200 } }), (error) => {
      assert.equal(codeOf(error), "DEADLINE_EXCEEDED");
      return true;
    });
  });

  it("let ten statements of others succeed beside each that allocates without bound", async () => {
    for (const sql of UNBOUNDED) {
      const hungry = assert.rejects(fixture.run(sql, { submitter: "hungry" }), (error) => {
        assert.equal(codeOf(error), "RESOURCE_EXHAUSTED");
        return true;
      });
      const small = Array.from({ length: 10 }, (_, i) => fixture.run(`SELECT ${i} AS a`, { submitter: `user ${i}` }));
      const results = await Promise.all(small);
      assert.deepEqual(
        results.map(({ rows }) => rows[0]?.[0]),
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
      );
      await hungry;
    }
  });

  it("leave a process to others however many statements one submitter sends", async () => {
    const cancel = new AbortController();
    const greedy = Array.from({ length: 4 }, () =>
      assert.rejects(fixture.run(ENDLESS_SCAN, { submitter: "greedy", signal: cancel.signal })),
    );
    assert.deepEqual((await fixture.run("SELECT 1", { submitter: "modest" })).rows, [["1"]]);
    cancel.abort();
    await Promise.all(greedy);
  });
});
