import type { Database } from "#db/mod.ts";
import type { What } from "#kernel/mod.ts";
import type { RelationRow, relationStore } from "./relations.ts";
import type { RoutineRow, routineStore } from "./routines.ts";
import type { SecurableRow, securableStore } from "./securables.ts";
import type { ServiceRow, serviceStore } from "./services.ts";

/** Tables, views, functions and services remembered at once; a table of 100 columns takes about 10 KB. */
const DEFINITIONS_MAX = 5_000;

/** A securable with what it is made of. */
export interface Defined<T> {
  readonly found: SecurableRow;
  readonly made_of: T;
}

interface DefinitionSources {
  readonly securables: Pick<ReturnType<typeof securableStore>, "find">;
  readonly relations: Pick<ReturnType<typeof relationStore>, "several">;
  readonly routines: Pick<ReturnType<typeof routineStore>, "several">;
  readonly services: Pick<ReturnType<typeof serviceStore>, "several">;
}

/** Definitions as statements and questions read them, remembered for as long as the governance version stays what it is. */
export function definitionStore(db: Database, { securables, relations, routines, services }: DefinitionSources) {
  const reader = <T extends RelationRow | RoutineRow | ServiceRow>(
    several: (ids: readonly string[]) => Promise<readonly T[]>,
  ) => {
    const cache = db.governance.cache<Defined<T>>(DEFINITIONS_MAX);
    return (what: What): Promise<Defined<T> | undefined> =>
      cache.get(`${what.type} ${what.name}`, async () => {
        const found = await securables.find(what);
        const [made_of] = found ? await several([found.id]) : [];
        return found && made_of && { found, made_of };
      });
  };
  return {
    relation: reader((ids) => relations.several(ids)),
    routine: reader((ids) => routines.several(ids)),
    service: reader((ids) => services.several(ids)),
  };
}
