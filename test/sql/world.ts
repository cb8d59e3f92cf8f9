import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "#base/log.ts";
import { createCatalogModule, type PrincipalKind } from "#catalog/mod.ts";
import { systemClock, systemIds } from "#host/mod.ts";
import {
  ADMINS,
  type DecisionRecord,
  Doorway,
  EVERYONE,
  Gate,
  type GroupSource,
  metastore,
  type Scan,
  type Who,
  warehouse,
} from "#kernel/mod.ts";
import type { Asking } from "#sql/mod.ts";
import { createSql, openTableStore, type Sql } from "#sql/mod.ts";
import type { ExecuteStatementRequest, StatementResponse } from "#wire/sql/statement.ts";
import { freshDatabase } from "../world/database.ts";
import { type MemoryJournal, memoryJournal } from "../world/journal.ts";
import { nobodyAsked } from "../world/nobody-asked.ts";
import { ADMIN, OFFICER, READER, STRANGER } from "./setting.ts";

export const WAREHOUSE = "00000000000000aa";

const groupsOf: Readonly<Record<string, readonly string[]>> = {
  [ADMIN]: [ADMINS, EVERYONE],
  [READER]: [EVERYONE],
  [OFFICER]: ["hr", EVERYONE],
  [STRANGER]: [EVERYONE],
};

export function who(name: string): Who {
  const subject = { kind: "user", id: `id of ${name}`, name } as const;
  return { subject, groups: groupsOf[name] ?? [EVERYONE], scopes: ["all-apis"], workspace: "1" };
}

export interface Outcome {
  readonly response: StatementResponse;
  readonly rows: readonly (readonly (string | null)[])[];
  readonly error: string | undefined;
  readonly governed: Awaited<ReturnType<Sql["statements"]["execute"]>>["governed"];
}

export interface SqlWorld extends AsyncDisposable {
  readonly sql: Sql;
  readonly gate: Gate;
  readonly data_dir: string;
  readonly records: readonly DecisionRecord[];
  readonly refuseRecords: MemoryJournal["refuse"];
  run(name: string, statement: string, more?: Partial<ExecuteStatementRequest>): Promise<Outcome>;
  /** @throws Error when the statement fails. */
  must(name: string, statement: string, more?: Partial<ExecuteStatementRequest>): Promise<Outcome>;
  doorway(): Doorway;
}

/** Governed SQL on a fresh database: real gate, catalog, table store and engine. `options` replaces parts, for mutants. */
export async function sqlWorld(
  options: Pick<Parameters<typeof createSql>[0], "enforcement" | "python"> & {
    readonly scans?: readonly Scan[];
    readonly asking?: Asking;
    /** Serving endpoints by name, with the principal that owns each. */
    readonly endpoints?: Readonly<Record<string, string>>;
    /** Who a name is, for each statement; `who` when not told. */
    readonly who?: (name: string) => Who;
  } = {},
): Promise<SqlWorld> {
  const database = await freshDatabase();
  const { db } = database;
  const data_dir = await mkdtemp(join(tmpdir(), "lakeward-sql-"));
  const log = process.env.SQL_TEST_LOG
    ? { ...silentLog, error: (f: object, m: string) => console.log("LOG", m, JSON.stringify(f)) }
    : silentLog;
  const shared = { clock: systemClock, ids: systemIds, log, data_dir };
  const tables = await openTableStore({ db, ...shared });
  const kindOf = async (name: string): Promise<PrincipalKind | undefined> =>
    name in groupsOf ? "user" : name === EVERYONE || name === ADMINS || name === "hr" ? "group" : undefined;
  const catalog = createCatalogModule({ db, ...shared, principals: { kindOf }, tables });
  const journal = memoryJournal();
  const groups: GroupSource = { namesFor: async (name) => new Set([name, ...(groupsOf[name] ?? [])]) };
  const made: { sql?: Sql } = {};
  const gate = new Gate({
    facts: {
      load: (whats) =>
        whats.every((one) => one.type === "STATEMENT") ? made.sql!.facts.load(whats) : catalog.facts.load(whats),
    },
    groups,
    audit: journal,
    clock: systemClock,
  });
  const scans = options.scans ?? [];
  for (const scan of scans) await catalog.securables.registerScan(scan);
  const sql = createSql({
    gate,
    metastore: catalog.metastore,
    scans,
    tables,
    transactions: db,
    warehouse: { id: WAREHOUSE, name: "Starter" },
    governance_version: async () => (await catalog.facts.load([metastore]))[0]!.version,
    ...shared,
    engine: { processes: 2 },
    ...(options.enforcement && { enforcement: options.enforcement }),
    asking: options.asking ?? nobodyAsked,
    ...(options.python && { python: options.python }),
  });
  made.sql = sql;
  await catalog.securables.register("WAREHOUSE", "Starter", WAREHOUSE, EVERYONE);
  for (const [name, owner] of Object.entries(options.endpoints ?? {}))
    await catalog.securables.register("ENDPOINT", name, name, owner);
  let requests = 0;
  const doorway = (): Doorway => {
    requests += 1;
    const trace_id = requests.toString(16).padStart(32, "0");
    return new Doorway("http", { request_id: `r${requests}`, trace_id, source_ip: "127.0.0.1", user_agent: "test" });
  };
  const run: SqlWorld["run"] = async (name, statement, more = {}) => {
    const permit = await gate.enter((options.who ?? who)(name), "warehouse.use", warehouse(WAREHOUSE), doorway());
    const request = { statement, warehouse_id: WAREHOUSE, catalog: "lake", schema: "s", wait_timeout: "50s", ...more };
    const { response, governed } = await sql.statements.execute(permit, request);
    await permit.settle({ status: "ok" });
    return { response, governed, rows: response.result?.data_array ?? [], error: response.status.error?.message };
  };
  return {
    sql,
    gate,
    data_dir,
    records: journal.records,
    refuseRecords: journal.refuse,
    doorway,
    run,
    must: async (...given) => {
      const outcome = await run(...given);
      if (outcome.response.status.state !== "SUCCEEDED")
        throw new Error(`${given[1]}: ${outcome.response.status.state} ${outcome.error}`);
      return outcome;
    },
    [Symbol.asyncDispose]: async () => {
      await sql.close();
      await database[Symbol.asyncDispose]();
      await rm(data_dir, { recursive: true, force: true });
    },
  };
}
