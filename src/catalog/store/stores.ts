import type { Database } from "#db/mod.ts";
import type { Transaction } from "#kernel/mod.ts";
import { attributePolicyStore } from "./attribute-policies.ts";
import { change } from "./change.ts";
import { definitionStore } from "./definitions.ts";
import { grantStore } from "./grants.ts";
import { relationStore } from "./relations.ts";
import { routineStore } from "./routines.ts";
import { securableStore } from "./securables.ts";
import { tagStore } from "./tags.ts";

/** All that the catalog keeps, on one database. */
export function openStores(db: Database) {
  const securables = securableStore(db);
  const relations = relationStore(db);
  const routines = routineStore(db);
  return {
    securables,
    grants: grantStore(db),
    relations,
    routines,
    tags: tagStore(db),
    attributes: attributePolicyStore(db),
    definitions: definitionStore(db, { securables, relations, routines }),
    change: <T>(given: Transaction | undefined, work: (transaction: Transaction) => Promise<T>): Promise<T> =>
      change(db, given, work),
  };
}

export type Stores = ReturnType<typeof openStores>;
