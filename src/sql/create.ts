import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import type { Json } from "#base/json.ts";
import type { Log } from "#base/log.ts";
import {
  type Doorway,
  type FactSource,
  type Gate,
  type Metastore,
  type Observer,
  type Permit,
  type RowTables,
  type Scan,
  type Transactions,
  unobserved,
} from "#kernel/mod.ts";
import type { ExplainGovernanceRequest, GovernanceExplanation } from "#wire/sql/explanation.ts";
import { createDuckDbEngine, type Occupancy } from "./engines/duckdb/pool.ts";
import type { Engine } from "./engines/engine.ts";
import type { WarehouseLimits } from "./engines/warehouse-limits.ts";
import { macroStatements } from "./functions/mod.ts";
import { type Enforcement, enforcement } from "./govern/enforcement.ts";
import type { Asking } from "./models/asking.ts";
import type { SqlPorts } from "./plan/ports.ts";
import { RememberedPlans } from "./plan/remembered-plans.ts";
import type { StatementResult } from "./plan/session.ts";
import { withPython } from "./python/engine.ts";
import { Interpreters, type PythonOptions } from "./python/interpreters.ts";
import { createRowTables } from "./sink/row-tables.ts";
import { callFunction } from "./statements/call.ts";
import { explainStatement } from "./statements/explain.ts";
import { statementFacts } from "./statements/facts.ts";
import { Statements } from "./statements/lifecycle.ts";
import { type LoadedFile, loadFile } from "./statements/load.ts";
import { type WarehouseIdentity, Warehouses } from "./statements/warehouses.ts";
import type { TableStore } from "./tables/table-store.ts";
import { MACRO_SCHEMA } from "./verify/functions.ts";

/** What governed SQL stands on. */
export interface SqlOptions {
  readonly gate: Gate;
  readonly metastore: Metastore;
  readonly scans: readonly Scan[];
  /** Who answers what statements ask of models. */
  readonly asking: Asking;
  /** From `openTableStore`; the catalog drops by it too. */
  readonly tables: TableStore;
  readonly transactions: Transactions;
  readonly warehouse: WarehouseIdentity;
  /** The governance version now, for the records of decisions about statements. */
  readonly governance_version: () => Promise<number>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Log;
  readonly observer?: Pick<Observer, "passage">;
  readonly data_dir: string;
  /** The warehouse's limits that are not the default ones. */
  readonly engine?: Partial<WarehouseLimits>;
  /** How Python functions run, when not by default. */
  readonly python?: PythonOptions;
  /** How policies get to work; another one is only ever put here by the mutation tests. */
  readonly enforcement?: Enforcement;
}

export interface Sql {
  readonly statements: Statements;
  readonly warehouses: Warehouses;
  /** Facts of STATEMENT. */
  readonly facts: FactSource;
  /** Runs one function with JSON arguments, converted by its parameters' types. @throws Fault BAD_REQUEST `Missing parameter value for …`. */
  call(
    permit: Permit<"function.execute">,
    given: Readonly<Record<string, Json | undefined>>,
    doorway: Doorway,
    signal?: AbortSignal,
  ): Promise<StatementResult>;
  /**
   * Appends an operator's file to the table of the permit, as one version. No door leads here: the path is trusted.
   * @returns the number of rows. @throws Fault INVALID_PARAMETER_VALUE when its columns are not the table's; BAD_REQUEST
   * when a value is not of its column's type. Nothing is loaded then.
   */
  load(permit: Permit<"table.insert">, file: LoadedFile, signal?: AbortSignal): Promise<number>;
  /** Engine processes, and statements that wait for one. */
  occupancy(): Occupancy;
  /** Where the journal's rows go. */
  readonly rowTables: RowTables;
  /** How a query would be governed, for the permit's subject or, where that one may manage all of it, for somebody else. */
  explain(
    permit: Permit<"warehouse.use">,
    request: ExplainGovernanceRequest,
    signal: AbortSignal,
  ): Promise<GovernanceExplanation>;
  close(): Promise<void>;
}

/** Governed SQL with its embedded engine. */
export function createSql(options: SqlOptions): Sql {
  const { gate, metastore, tables, transactions, clock, ids, log, data_dir } = options;
  const prelude = [`CREATE SCHEMA IF NOT EXISTS ${MACRO_SCHEMA}`, ...macroStatements];
  const duckdb = createDuckDbEngine({ data_dir, prelude, log, ...options.engine });
  const engine: Engine = withPython(duckdb, new Interpreters(options.python ?? {}, log));
  const ports: SqlPorts = {
    gate,
    metastore,
    scans: new Map(options.scans.map((scan) => [scan.name, scan])),
    engine,
    tables,
    transactions,
    enforcement: options.enforcement ?? enforcement,
    plans: new RememberedPlans(),
    asking: options.asking,
    clock,
    ids,
    log,
    observer: options.observer ?? unobserved,
  };
  const statements = new Statements(ports);
  const version = async (): Promise<number> => options.governance_version();
  return {
    statements,
    warehouses: new Warehouses(options.warehouse),
    facts: statementFacts(statements.registry, version),
    call: (permit, given, doorway, signal) => callFunction(ports, permit, given, doorway, signal),
    occupancy: () => duckdb.occupancy(),
    rowTables: createRowTables(ports),
    explain: (permit, request, signal) => explainStatement(ports, permit, request, signal),
    load: (permit, file, signal) => loadFile(ports, permit, file, signal),
    close: async () => {
      statements.close();
      await engine.close();
    },
  };
}
