import type { What } from "../what.ts";
import type { Transaction } from "./transaction.ts";

/** Enters the workspace's own objects among the securables, so that rights can be held on them. Implemented by catalog. */
export interface SecurableRegister {
  /**
   * @param owner name of the principal or group that owns it.
   * @param transaction the one that makes the object itself, so that neither is there without the other.
   * @throws Fault RESOURCE_ALREADY_EXISTS
   */
  register(
    type: "WAREHOUSE" | "ENDPOINT",
    name: string,
    id: string,
    owner: string,
    transaction?: Transaction,
  ): Promise<void>;
  /** Takes the object away with its grants. Nothing happens when it is not there. */
  unregister(what: What, transaction?: Transaction): Promise<void>;
}
