import { assertPermit, type Permit, type What, warehouse } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { Warehouse } from "#wire/sql/warehouse.ts";

/** The warehouse of this deployment: a pool of engine processes that is always on. */
export interface WarehouseIdentity {
  readonly id: string;
  readonly name: string;
}

/** Reads of the warehouses there are: one. */
export class Warehouses {
  readonly #only: WarehouseIdentity;

  constructor(only: WarehouseIdentity) {
    this.#only = only;
  }

  /** Id of the one that serves whoever names none. */
  get own(): string {
    return this.#only.id;
  }

  /** All of them, unfiltered: pass them through `gate.filter`. */
  candidates(permit: Permit<"warehouse.list">): readonly What[] {
    assertPermit(permit, "warehouse.list");
    return [warehouse(this.#only.id)];
  }

  get(permit: Permit<"warehouse.read_metadata">): Warehouse {
    assertPermit(permit, "warehouse.read_metadata");
    return this.named(permit.what);
  }

  /** What a warehouse that passed the gate looks like. */
  named(what: What): Warehouse {
    const { id, name } = this.#only;
    if (what.name !== id)
      throw new Fault("RESOURCE_DOES_NOT_EXIST", `SQL warehouse '${what.name}' is no longer there.`);
    return {
      id,
      name,
      state: "RUNNING",
      cluster_size: "2X-Small",
      min_num_clusters: 1,
      max_num_clusters: 1,
      num_clusters: 1,
      auto_stop_mins: 0,
      warehouse_type: "PRO",
      enable_serverless_compute: false,
    };
  }
}
