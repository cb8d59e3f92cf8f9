import type { Permit } from "../permit.ts";

/** Gives what people keep for agents, apps and connections. Implemented by secrets. */
export interface SecretSource {
  /** The value under `key` in the permit's scope. @throws Fault RESOURCE_DOES_NOT_EXIST */
  get(permit: Permit<"secret.get">, key: string): Promise<Uint8Array>;
}
