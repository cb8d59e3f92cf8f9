import type { Database } from "#db/mod.ts";
import type { Transaction } from "#kernel/mod.ts";
import { change } from "./change.ts";
import { grantStore } from "./grants.ts";
import { relationStore } from "./relations.ts";
import { routineStore } from "./routines.ts";
import { securableStore } from "./securables.ts";

/** All that the catalog keeps, on one database. */
export function openStores(db: Database) {
  return {
    securables: securableStore(db),
    grants: grantStore(db),
    relations: relationStore(db),
    routines: routineStore(db),
    change: <T>(given: Transaction | undefined, work: (transaction: Transaction) => Promise<T>): Promise<T> =>
      change(db, given, work),
  };
}

export type Stores = ReturnType<typeof openStores>;
