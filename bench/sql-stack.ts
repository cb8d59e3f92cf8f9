import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAudit } from "#audit/mod.ts";
import { silentLog } from "#base/log.ts";
import { createCatalogModule } from "#catalog/mod.ts";
import { rememberFacts } from "#db/mod.ts";
import { systemClock, systemIds } from "#host/mod.ts";
import { ADMINS, Doorway, EVERYONE, Gate, type Permit, table, unobserved, type Who, warehouse } from "#kernel/mod.ts";
import { type LoadedFile, openTableStore } from "#sql/mod.ts";
import { createDuckDbEngine } from "../src/sql/engines/duckdb/pool.ts";
import type { Engine, EngineRequest, EngineStep } from "../src/sql/engines/engine.ts";
import { macroStatements } from "../src/sql/functions/mod.ts";
import { enforcement } from "../src/sql/govern/enforcement.ts";
import { parseStatement } from "../src/sql/parse/mod.ts";
import { Access } from "../src/sql/plan/access.ts";
import { DEFAULT_NAMES } from "../src/sql/plan/names.ts";
import type { SqlPorts } from "../src/sql/plan/ports.ts";
import { planQuery } from "../src/sql/plan/query.ts";
import { RememberedPlans } from "../src/sql/plan/remembered-plans.ts";
import type { Session } from "../src/sql/plan/session.ts";
import { Statements } from "../src/sql/statements/lifecycle.ts";
import { loadFile } from "../src/sql/statements/load.ts";
import { MACRO_SCHEMA } from "../src/sql/verify/functions.ts";
import { freshDatabase } from "../test/world/database.ts";
import { nobodyAsked } from "../test/world/nobody-asked.ts";

export const ADMIN = "ada@x.org";
export const ANALYST = "eve@x.org";

const WAREHOUSE = "00000000000000aa";
const ENGINE_TIME_MS_MAX = 60_000;

type Rows = readonly (readonly (string | null)[])[];

/** Governed SQL on real parts (Postgres, journal, gate, catalog, files) with one engine process, and that process's bare door. */
export interface SqlStack extends AsyncDisposable {
  /** A statement as somebody sends it, from its text to its durable record. @throws Error when it fails. */
  run(name: string, statement: string): Promise<Rows>;
  /** What the last statement had the engine do. */
  lastSteps(): readonly EngineStep[];
  /** Steps straight to the engine: no permits, no planning, no record. */
  direct(steps: readonly EngineStep[]): Promise<Rows>;
  load(name: string, file: LoadedFile): Promise<number>;
  /**
   * Milliseconds from a query's text to its governed text for the engine: parsed, decided, planned and printed; with `remembered` as a
   * statement is that was run before. Nothing runs.
   */
  planned(name: string, statement: string, options: { readonly remembered: boolean }): Promise<number>;
}

const groupsOf = (name: string): readonly string[] => (name === ADMIN ? [ADMINS, EVERYONE] : [EVERYONE]);

const who = (name: string): Who => ({
  subject: { kind: "user", id: `id of ${name}`, name },
  groups: groupsOf(name),
  scopes: ["all-apis"],
  workspace: "1",
});

export async function sqlStack(): Promise<SqlStack> {
  const database = await freshDatabase();
  const { db } = database;
  const data_dir = await mkdtemp(join(tmpdir(), "lakeward-bench-"));
  const shared = { clock: systemClock, ids: systemIds, log: silentLog, data_dir };
  const tables = await openTableStore({ db, ...shared });
  const principals = { kindOf: async (name: string) => (name.includes("@") ? ("user" as const) : ("group" as const)) };
  const catalog = createCatalogModule({ db, ...shared, principals, tables });
  const audit = await createAudit({ db, ...shared });
  const gate = new Gate({
    facts: rememberFacts(catalog.facts, db.governance, () => true),
    groups: { namesFor: async (name) => new Set([name, ...groupsOf(name)]) },
    audit: audit.sink,
    clock: systemClock,
  });
  const prelude = [`CREATE SCHEMA IF NOT EXISTS ${MACRO_SCHEMA}`, ...macroStatements];
  const engine = createDuckDbEngine({ data_dir, prelude, log: silentLog, processes: 1 });
  let last: EngineRequest | undefined;
  const watched: Engine = {
    run: (request) => {
      last = request;
      return engine.run(request);
    },
    close: () => engine.close(),
  };
  const ports: SqlPorts = {
    gate,
    metastore: catalog.metastore,
    scans: new Map(),
    engine: watched,
    tables,
    transactions: db,
    enforcement,
    observer: unobserved,
    plans: new RememberedPlans(),
    asking: nobodyAsked,
    ...shared,
  };
  const statements = new Statements(ports);
  await catalog.securables.register("WAREHOUSE", "Starter", WAREHOUSE, EVERYONE);
  const doorway = (): Doorway => {
    const request_id = systemIds.uuid();
    return new Doorway("http", {
      request_id,
      trace_id: systemIds.hex(32),
      source_ip: "127.0.0.1",
      user_agent: "bench",
    });
  };
  return {
    run: async (name, statement) => {
      await using permit = await gate.enter(who(name), "warehouse.use", warehouse(WAREHOUSE), doorway());
      const request = { statement, warehouse_id: WAREHOUSE, wait_timeout: "50s" };
      const { response } = await statements.execute(permit, request);
      await permit.settle({ status: "ok" });
      if (response.status.state !== "SUCCEEDED") throw new Error(`${statement}: ${response.status.error?.message}`);
      return response.result?.data_array ?? [];
    },
    lastSteps: () => last?.steps ?? [],
    direct: async (steps) => {
      const { rows } = await engine.run({
        statement_id: systemIds.uuid(),
        submitter: "bench",
        signal: new AbortController().signal,
        limits: { time_ms: ENGINE_TIME_MS_MAX },
        steps,
      });
      return rows;
    },
    planned: async (name, text, { remembered }) => {
      const session: Session = {
        who: who(name),
        doorway: doorway().into("sql"),
        current: DEFAULT_NAMES,
        parameters: new Map(),
        statement_id: systemIds.uuid(),
        signal: new AbortController().signal,
        limits: { rows_max: 1, bytes_max: 1, time_ms: ENGINE_TIME_MS_MAX },
      };
      const access = new Access(ports, session);
      return access.closing(
        async () => {
          const started_ms = performance.now();
          const statement = remembered ? ports.plans.parse(text) : parseStatement(text);
          if (statement.kind !== "query_statement") throw new TypeError(`no query: ${text}`);
          if (remembered) await ports.plans.plan(ports, session, access, statement.query);
          else await planQuery(ports, session, access, statement.query);
          return performance.now() - started_ms;
        },
        () => 0,
      );
    },
    load: async (name, file) => {
      const permit: Permit<"table.insert"> = await gate.enter(
        who(ADMIN),
        "table.insert",
        table(name),
        doorway().into("sql"),
      );
      return loadFile(ports, permit, file);
    },
    [Symbol.asyncDispose]: async () => {
      statements.close();
      await engine.close();
      await audit.close();
      await database[Symbol.asyncDispose]();
      await rm(data_dir, { recursive: true, force: true });
    },
  };
}
