import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { Fault } from "#wire/errors.ts";
import { startEngine } from "./engine-fixture.ts";

const MB = 1024 * 1024;
const ENDLESS_SCAN = "SELECT count(*) FROM range(1000000) AS a(i), range(1000000) AS b(j) WHERE a.i + b.j = -1";
/** Sorts more than fits into memory, and hardly shrinks when it is packed. */
const SPILLING =
  "SELECT max(s) FROM (SELECT md5(i::VARCHAR) || md5((i + 1)::VARCHAR) AS s, row_number() OVER (ORDER BY md5(i::VARCHAR)) AS n FROM range(20000000) AS r(i)) WHERE n % 2 = 0";
const LIMITS = { memory_mb: 256, spill_mb: 64, file_mb: 80, statement_s: 30, waiting_per_user_max: 110 };

const isFault = (code: string, reason?: string) => (error: unknown) => {
  assert.ok(error instanceof Fault, String(error));
  assert.deepEqual({ code: error.code, reason: error.options.reason }, { code, reason }, error.message);
  return true;
};

describe("a statement that runs away", () => {
  const fixture = startEngine(LIMITS);
  after(() => fixture[Symbol.asyncDispose]());

  const modest = async (): Promise<void> => {
    assert.deepEqual((await fixture.run("SELECT 1", { submitter: "modest" })).rows, [["1"]]);
  };

  /** Bytes of all files beneath the engines' own directory. */
  function spilled(folder = join(fixture.data_dir, "engine")): number {
    return readdirSync(folder, { withFileTypes: true }).reduce((sum, one) => {
      const path = join(folder, one.name);
      return sum + (one.isDirectory() ? spilled(path) : statSync(path).size);
    }, 0);
  }

  it("ends at its limit of temporary space, beside others, and leaves nothing on the disk", async () => {
    const before = spilled();
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, spilled());
    }, 20);
    const hungry = assert.rejects(
      fixture.run(SPILLING, { submitter: "hungry", limits: { time_ms: 30_000 } }),
      isFault("RESOURCE_EXHAUSTED", "INSUFFICIENT_DISK"),
    );
    await modest();
    await hungry;
    clearInterval(watch);
    assert.ok(most - before <= LIMITS.spill_mb * MB, `${most - before} bytes were spilled`);
    await modest();
    assert.ok(spilled() - before < MB, `${spilled() - before} bytes stay`);
  });

  it("ends at its limit of a file that it writes, beside others", async () => {
    const file = join(fixture.data_dir, "written.parquet");
    const hungry = assert.rejects(
      fixture.engine.run({
        statement_id: "test",
        limits: { time_ms: 30_000 },
        signal: new AbortController().signal,
        submitter: "hungry",
        steps: [
          {
            kind: "write_parquet",
            sql: "SELECT md5(i::VARCHAR) || md5((i + 1)::VARCHAR) AS a FROM range(100000000) AS r(i)",
            columns: [{ field: "c0", type: "VARCHAR" }],
            file,
          },
        ],
      }),
      isFault("RESOURCE_EXHAUSTED", "INSUFFICIENT_DISK"),
    );
    await modest();
    await hungry;
    assert.ok(statSync(file, { throwIfNoEntry: false })?.size ?? 0 <= LIMITS.file_mb * MB);
    await modest();
  });

  it("ends at its limit of rows and of bytes, whatever it would give", async () => {
    const endless = "SELECT repeat('x', 1000) FROM range(1000000000) AS r(i)";
    const by_bytes = await fixture.run(endless, { bytes_max: MB, rows_max: 10_000_000 });
    assert.ok(by_bytes.truncated);
    const bytes = by_bytes.rows.reduce((sum, [cell]) => sum + (cell?.length ?? 0), 0);
    assert.ok(bytes <= 2 * MB, `${bytes} bytes`);
    const by_rows = await fixture.run(endless, { bytes_max: 1000 * MB, rows_max: 7 });
    assert.deepEqual([by_rows.rows.length, by_rows.truncated], [7, true]);
  });

  it("waits among a hundred of its submitter's while a small statement of another's runs at once", async () => {
    const cancel = new AbortController();
    const greedy = Array.from({ length: 100 }, () =>
      assert.rejects(fixture.run(ENDLESS_SCAN, { submitter: "greedy", signal: cancel.signal }), isFault("CANCELLED")),
    );
    const from = performance.now();
    for (let count = 0; count < 5; count += 1) await modest();
    const took_ms = performance.now() - from;
    assert.ok(took_ms < 5000, `five statements took ${took_ms} ms`);
    cancel.abort();
    await Promise.all(greedy);
    await modest();
  });

  it("is refused when too many of its submitter's wait, and another's is not", async () => {
    const cancel = new AbortController();
    const waiting = Array.from({ length: LIMITS.waiting_per_user_max + 1 }, () =>
      assert.rejects(fixture.run(ENDLESS_SCAN, { submitter: "greedy", signal: cancel.signal }), isFault("CANCELLED")),
    );
    await assert.rejects(fixture.run("SELECT 1", { submitter: "greedy" }), (error) => {
      isFault("RESOURCE_EXHAUSTED")(error);
      assert.match(String(error), /110 statements of yours wait/);
      return true;
    });
    await modest();
    cancel.abort();
    await Promise.all(waiting);
    assert.deepEqual((await fixture.run("SELECT 2", { submitter: "greedy" })).rows, [["2"]]);
  });
});

describe("a warehouse whose statements have little time", () => {
  const fixture = startEngine({ memory_mb: 256, statement_s: 1 });
  after(() => fixture[Symbol.asyncDispose]());

  it("ends one at that time, however much was asked for", async () => {
    const from = performance.now();
    await assert.rejects(fixture.run(ENDLESS_SCAN, { limits: { time_ms: 60_000 } }), isFault("DEADLINE_EXCEEDED"));
    const took_ms = performance.now() - from;
    assert.ok(took_ms < 6000, `${took_ms} ms`);
  });
});
