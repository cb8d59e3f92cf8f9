import { ACCESS_TOKEN_SECONDS } from "#base/limits.ts";
import { Fault } from "#wire/errors.ts";
import { ACCESS_TOKEN_TYPE } from "#wire/oauth/grants.ts";
import { readScopes, refuseBeyond } from "../scopes.ts";
import type { Grant } from "./grant.ts";

/** The same for an unknown client and a wrong secret; RFC 6749 section 5.2. */
const refused = (): Fault =>
  new Fault("INVALID_CLIENT", "Client authentication failed. Check the client id and its secret.", {
    headers: { "www-authenticate": 'Basic realm="lakeward"' },
  });

/** RFC 6749 section 4.4: a service principal by its application id and one of its secrets. */
export const clientCredentials: Grant = async ({ directory, credentials, issue, now_s }, { form, client }) => {
  if (!client?.secret) throw refused();
  const row = await directory.byName(client.id);
  if (row?.kind !== "service_principal" || !row.active) throw refused();
  const live = await credentials.liveSecret(row.id, client.secret);
  if (!live) throw refused();
  const scopes = readScopes(form.scope);
  refuseBeyond(live.scopes, scopes);
  const subject = { kind: row.kind, id: row.id, name: row.name };
  const expires_at_s = Math.min(now_s + ACCESS_TOKEN_SECONDS, Math.floor(live.expires_at.getTime() / 1000));
  return issue({ subject, client: row.name, scopes, expires_at_s }, ACCESS_TOKEN_TYPE);
};
