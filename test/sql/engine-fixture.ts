import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "#base/log.ts";
import { createDuckDbEngine } from "#sql/engines/duckdb/pool.ts";
import type { Engine, EngineRequest, EngineResult, EngineStep, ExpectedRows } from "#sql/engines/engine.ts";
import type { WarehouseLimits } from "#sql/engines/warehouse-limits.ts";

/** An engine on a directory of its own. */
export interface EngineFixture extends AsyncDisposable {
  readonly engine: Engine;
  readonly data_dir: string;
  run(sql: string, options?: RunOptions): Promise<EngineResult>;
}

export interface RunOptions extends Partial<Omit<EngineRequest, "steps">> {
  readonly before?: readonly EngineStep[];
  readonly rows_max?: number;
  readonly bytes_max?: number;
  readonly expected?: ExpectedRows;
}

/** Starts engine processes for a test; ends them when it leaves scope. */
export function startEngine(options: Partial<WarehouseLimits> = {}): EngineFixture {
  const data_dir = mkdtempSync(join(tmpdir(), "lakeward-engine-"));
  const prelude = ["CREATE SCHEMA lakeward_fn", "CREATE MACRO lakeward_fn.twice(x) AS x * 2"];
  const engine = createDuckDbEngine({ data_dir, prelude, log: silentLog, ...options });
  return {
    engine,
    data_dir,
    run: (sql, given = {}) => {
      const { before = [], rows_max = 10_000, bytes_max = 10_000_000, expected, ...rest } = given;
      return engine.run({
        statement_id: "test",
        limits: { time_ms: 15_000 },
        signal: new AbortController().signal,
        submitter: "someone",
        ...rest,
        steps: [...before, { kind: "query", sql, rows_max, bytes_max, expected }],
      });
    },
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      rmSync(data_dir, { recursive: true, force: true });
    },
  };
}
