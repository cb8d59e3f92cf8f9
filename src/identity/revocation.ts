import type { Clock } from "#base/clock.ts";
import type { Doorway } from "#kernel/mod.ts";
import type { ClientGuard } from "./attempts/client-guard.ts";
import type { AuthorizationServer } from "./authorization/server.ts";
import type { LoginRecords } from "./login-record.ts";

interface RevocationPorts {
  readonly authorization: AuthorizationServer;
  readonly guard: ClientGuard;
  readonly records: LoginRecords;
  readonly clock: Clock;
}

type Form = Readonly<Record<string, string | undefined>>;

/**
 * `POST /oidc/v1/revoke` (RFC 7009): ends a refresh token and its login. What it did is in the journal before the answer leaves.
 * @throws Fault INVALID_CLIENT, BAD_REQUEST, RESOURCE_EXHAUSTED.
 */
export async function answerRevocation(ports: RevocationPorts, form: Form, doorway: Doorway): Promise<void> {
  const { authorization, guard, records, clock } = ports;
  const started_ms = clock.now_ms();
  try {
    await guard(form.client_id, doorway, () => authorization.revoke(form));
  } catch (thrown) {
    await records.refused("identity.revoke_token", {}, thrown, doorway, started_ms);
    throw thrown;
  }
  // The client is one that there is, and has proven to be it as far as it can.
  await records.done("identity.revoke_token", { client: form.client_id }, "client", doorway, started_ms);
}
