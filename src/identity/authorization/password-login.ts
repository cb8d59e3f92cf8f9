import type { Clock } from "#base/clock.ts";
import type { Doorway, Principal } from "#kernel/mod.ts";
import type { Guard } from "../attempts/guard.ts";
import type { LoginRecords } from "../login-record.ts";
import { Refusal } from "../refusal.ts";
import type { DirectoryStore, PrincipalRow } from "../store/directory.ts";
import type { Passwords } from "./passwords.ts";

interface PasswordLoginPorts {
  readonly passwords: Passwords;
  readonly guard: Guard;
  readonly records: LoginRecords;
  readonly directory: DirectoryStore;
  readonly clock: Clock;
}

/** @throws Fault UNAUTHENTICATED alike for whoever is not let in, RESOURCE_EXHAUSTED after too many failures. */
export type PasswordLogin = (name: string, password: string, doorway: Doorway) => Promise<PrincipalRow>;

/** A login by local password: bounded, judged, on record. */
export function passwordLogin({ passwords, guard, records, directory, clock }: PasswordLoginPorts): PasswordLogin {
  return async (name, password, doorway) => {
    const started_ms = clock.now_ms();
    const claim = { kind: "person", name, address: doorway.request.source_ip } as const;
    try {
      await guard.admit(claim);
      const row = await passwords.check(name.trim(), password);
      if (!row) {
        await guard.failed(claim, "credential");
        throw new Refusal(
          "PASSWORD_WRONG",
          "UNAUTHENTICATED",
          "Name or password is wrong, or the account is locked for a while.",
        );
      }
      await guard.succeeded(claim);
      await records.done("identity.log_in", { person: personOf(row) }, "password", doorway, started_ms);
      return row;
    } catch (thrown) {
      const about = await directory.byName(name.trim());
      const person = about?.kind === "user" ? personOf(about) : undefined;
      await records.refused("identity.log_in", { person }, thrown, doorway, started_ms);
      throw thrown;
    }
  };
}

export const personOf = ({ id, name }: Pick<PrincipalRow, "id" | "name">): Principal => ({ kind: "user", id, name });
