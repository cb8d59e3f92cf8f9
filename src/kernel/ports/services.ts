import type { JsonObject } from "#base/json.ts";
import type { Permit } from "../permit.ts";
import type { What } from "../what.ts";
import type { Transaction } from "./transaction.ts";

/** Services that are securables of a schema. All kinds share one space of names there. */
export type ServiceType = "MODEL_SERVICE" | "MODEL_PROVIDER_SERVICE";

/** A service as the catalog keeps it; what its configuration means is the gateway's. */
export interface ServiceDefinition {
  readonly id: string;
  readonly type: ServiceType;
  /** Full, dotted. */
  readonly name: string;
  readonly owner: string;
  readonly comment: string | null;
  readonly config: JsonObject;
  /** Grows with each change. */
  readonly version: number;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
  readonly updated_by: string;
}

/** What is done in the transaction of a change: both are there, or neither is. */
type Along = (transaction: Transaction) => Promise<void>;

/** The services of schemas. Implemented by catalog. What is touched comes from the permit. */
export interface Services {
  /** Makes a service that the permit's subject owns. @throws Fault RESOURCE_ALREADY_EXISTS, INVALID_PARAMETER_VALUE */
  createService(
    permit: Permit<"service.create">,
    input: {
      readonly type: ServiceType;
      readonly name: string;
      readonly comment?: string;
      readonly config: JsonObject;
    },
    also?: Along,
  ): Promise<ServiceDefinition>;
  /**
   * Changes the permit's service, as `change` makes it of what is there; `null` takes the comment away.
   * @throws Fault RESOURCE_CONFLICT when it is no more of `version`.
   */
  updateService(
    permit: Permit<"service.update">,
    version: number | undefined,
    change: (before: ServiceDefinition) => { readonly comment?: string | null; readonly config?: JsonObject },
    also?: Along,
  ): Promise<ServiceDefinition>;
  /** @throws Fault RESOURCE_CONFLICT when it is no more of `version`. */
  dropService(permit: Permit<"service.delete">, version: number | undefined): Promise<void>;
  service(
    permit:
      | Permit<"service.read_metadata">
      | Permit<"service.update">
      | Permit<"service.execute">
      | Permit<"endpoint.query">,
  ): Promise<ServiceDefinition>;
  /** Those beneath the permit's schema that a filter let through, in order of name. */
  listServices(permit: Permit<"schema.read_metadata">, visible: readonly What[]): Promise<readonly ServiceDefinition[]>;
}
