import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import type { Log } from "#base/log.ts";
import type { Gate, Metastore, Observer, Scan, Transactions } from "#kernel/mod.ts";
import type { Engine } from "../engines/engine.ts";
import type { Enforcement } from "../govern/enforcement.ts";
import type { Asking } from "../models/asking.ts";
import type { TableStore } from "../tables/table-store.ts";
import type { RememberedPlans } from "./remembered-plans.ts";

/** What statements stand on. */
export interface SqlPorts {
  readonly gate: Gate;
  readonly metastore: Metastore;
  /** By full lower-case name. */
  readonly scans: ReadonlyMap<string, Scan>;
  readonly engine: Engine;
  readonly tables: TableStore;
  readonly transactions: Transactions;
  readonly enforcement: Enforcement;
  readonly plans: RememberedPlans;
  readonly asking: Asking;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Log;
  readonly observer: Pick<Observer, "passage">;
}
