import { ACCESS_TOKEN_SECONDS } from "#base/limits.ts";
import { Refusal, type RefusalReason } from "../refusal.ts";
import { readScopes, refuseBeyond } from "../scopes.ts";
import type { Grant } from "./grant.ts";

/** The same answer for an unknown client and a wrong secret; RFC 6749 section 5.2. */
const refused = (because: RefusalReason): Refusal =>
  new Refusal(because, "INVALID_CLIENT", "Client authentication failed. Check the client id and its secret.", {
    headers: { "www-authenticate": 'Basic realm="lakeward"' },
  });

/** RFC 6749 section 4.4: a service principal by its application id and one of its secrets. */
export const clientCredentials: Grant = async ({ directory, credentials, attempt, now_s }, { form, client }) => {
  if (!client?.secret) throw refused("CLIENT_WITHOUT_SECRET");
  const row = await directory.byName(client.id);
  if (row?.kind !== "service_principal") throw refused("CLIENT_UNKNOWN");
  attempt.client = row.name;
  if (!row.active) throw refused("CLIENT_INACTIVE");
  const live = await credentials.liveSecret(row.id, client.secret);
  if (!live) throw refused("SECRET_NOT_LIVE");
  const subject = { kind: row.kind, id: row.id, name: row.name };
  attempt.subject = subject;
  const scopes = readScopes(form.scope);
  refuseBeyond(live.scopes, scopes);
  const expires_at_s = Math.min(now_s + ACCESS_TOKEN_SECONDS, Math.floor(live.expires_at.getTime() / 1000));
  return { terms: { subject, client: row.name, scopes, expires_at_s } };
};
