import type { Doorway } from "#kernel/mod.ts";
import { faultOf } from "#wire/errors.ts";
import type { Guard } from "./guard.ts";

/** Runs what a client asks for, when it may try, and counts how it went. @throws as `work`; Fault RESOURCE_EXHAUSTED. */
export type ClientGuard = <T>(client_id: string | undefined, doorway: Doorway, work: () => Promise<T>) => Promise<T>;

interface ClientGuardPorts {
  readonly guard: Guard;
  /** Whether the client has no credential of its own that could be guessed. */
  readonly isPublic: (client_id: string) => Promise<boolean>;
}

/**
 * A refused credential is counted to the client and the address, a refused grant or token to the address; a request that is wrong
 * otherwise proves nothing and is not counted. Public clients share their id with everybody, so it gathers no failures.
 */
export function clientGuard({ guard, isPublic }: ClientGuardPorts): ClientGuard {
  return async (client_id = "", doorway, work) => {
    const claim = { kind: "client", name: client_id, address: doorway.request.source_ip } as const;
    await guard.admit(claim);
    try {
      const made = await work();
      await guard.succeeded(claim);
      return made;
    } catch (thrown) {
      const { code } = faultOf(thrown);
      if (code === "INVALID_GRANT") await guard.failed(claim, "other");
      if (code === "INVALID_CLIENT") await guard.failed(claim, (await isPublic(client_id)) ? "other" : "credential");
      throw thrown;
    }
  };
}
