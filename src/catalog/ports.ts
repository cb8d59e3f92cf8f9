import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import type { Transaction } from "#kernel/mod.ts";
import type { CatalogFacts } from "./facts.ts";
import type { Stores } from "./store/stores.ts";

export type PrincipalKind = "user" | "service_principal" | "group";

/** Who grants may be written to. Implemented by identity. */
export interface PrincipalSource {
  /** By exact name; undefined when nobody has it. */
  kindOf(name: string): Promise<PrincipalKind | undefined>;
}

/** The rows of dropped tables. Implemented by sql's table store. */
export interface DroppedTables {
  /** Marks them as dropped, in the transaction that drops their securables. */
  drop(transaction: Transaction, table_ids: readonly string[]): Promise<void>;
  /** Removes their files, once that is committed. */
  removeDropped(table_ids: readonly string[]): Promise<void>;
}

/** What the parts of the catalog stand on. */
export interface CatalogPorts {
  readonly stores: Stores;
  readonly facts: CatalogFacts;
  readonly principals: PrincipalSource;
  readonly tables: DroppedTables;
  readonly clock: Clock;
  readonly ids: IdSource;
}
