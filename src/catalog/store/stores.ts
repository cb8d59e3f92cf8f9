import type { Database } from "#db/mod.ts";
import type { Transaction } from "#kernel/mod.ts";
import { attributePolicyStore } from "./attribute-policies.ts";
import { change } from "./change.ts";
import { definitionStore } from "./definitions.ts";
import { grantStore } from "./grants.ts";
import { relationStore } from "./relations.ts";
import { routineStore } from "./routines.ts";
import { securableStore } from "./securables.ts";
import { serviceStore } from "./services.ts";
import { tagStore } from "./tags.ts";

/** All that the catalog keeps, on one database. */
export function openStores(db: Database) {
  const securables = securableStore(db);
  const relations = relationStore(db);
  const routines = routineStore(db);
  const services = serviceStore(db);
  return {
    securables,
    grants: grantStore(db),
    relations,
    routines,
    services,
    tags: tagStore(db),
    attributes: attributePolicyStore(db),
    definitions: definitionStore(db, { securables, relations, routines, services }),
    change: <T>(given: Transaction | undefined, work: (transaction: Transaction) => Promise<T>): Promise<T> =>
      change(db, given, work),
  };
}

export type Stores = ReturnType<typeof openStores>;
