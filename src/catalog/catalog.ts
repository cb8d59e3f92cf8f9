import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import { type FactSource, type Metastore, type NamedRights, type Permit, type Services, what } from "#kernel/mod.ts";
import { attributePolicies } from "./attribute-policies.ts";
import { containers } from "./containers.ts";
import { dropping } from "./drop.ts";
import { factSource, stored } from "./facts.ts";
import { type Grants, grants } from "./grants.ts";
import { type Levels, levels } from "./levels.ts";
import { type Updates, updates } from "./owners.ts";
import { policies } from "./policies.ts";
import type { CatalogPorts, DroppedTables, PrincipalSource } from "./ports.ts";
import { type Reads, reads } from "./read.ts";
import { type Register, register } from "./register.ts";
import { relations } from "./relations.ts";
import { routines } from "./routines.ts";
import { services } from "./services.ts";
import type { CatalogDatabase } from "./store/change.ts";
import { principalNames } from "./store/principals.ts";
import { openStores } from "./store/stores.ts";
import { tagging } from "./tags.ts";

export interface CatalogOptions {
  readonly db: CatalogDatabase;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly principals: PrincipalSource;
  readonly tables: DroppedTables;
}

type Droppable = Permit<"catalog.delete" | "schema.delete" | "table.delete" | "function.delete">;

export interface Catalog {
  /** Facts of every securable but STATEMENT. */
  readonly facts: FactSource;
  readonly metastore: Metastore;
  readonly securables: Register;
  readonly reads: Reads;
  readonly services: Services;
  readonly grants: Grants;
  readonly levels: Levels;
  readonly rights: NamedRights;
  readonly update: Updates["update"];
  /** A drop as a whole: securable, grants, and the table store's rows. @throws Fault INVALID_STATE when not empty without `force`. */
  remove(permit: Droppable, input: { readonly force: boolean }): Promise<void>;
}

/** The catalog on its database. */
export function createCatalogModule(options: CatalogOptions): Catalog {
  const { db, clock, ids, principals, tables } = options;
  const stores = openStores(db);
  const facts = factSource(db);
  const ports: CatalogPorts = { stores, facts, principals, tables, clock, ids };
  const { update, setOwner } = updates(ports);
  const granting = grants(ports);
  const { changeGrants, grants: readGrants } = granting;
  const { drop } = dropping(ports);
  const metastore: Metastore = {
    ...containers(ports),
    ...relations(ports),
    ...routines(ports),
    ...policies(ports),
    ...tagging(ports),
    ...attributePolicies(ports),
    drop,
    setOwner,
    changeGrants,
    grants: readGrants,
    candidates: async (type, parent) =>
      (await stores.securables.namesBeneath(type, stored(parent))).map((name) => what(type, name)),
  };
  return {
    facts: { load: (whats) => facts.load(whats) },
    metastore,
    securables: register(ports),
    reads: reads(ports),
    services: services(ports),
    grants: granting,
    levels: levels(ports),
    rights: principalNames(db),
    update,
    remove: async (permit, { force }) => {
      const ids = await db.run(async (transaction) => {
        const dropped = await drop(transaction, permit, { cascade: force });
        if (dropped.length > 0) await tables.drop(transaction, dropped);
        await permit.settleIn(transaction, { status: "ok" });
        return dropped;
      });
      if (ids.length > 0) await tables.removeDropped(ids);
    },
  };
}
