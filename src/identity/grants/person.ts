import { decodeJwt } from "jose";
import { Fault } from "#wire/errors.ts";
import { isScope } from "#wire/scopes.ts";
import type { Grant } from "./grant.ts";

/**
 * authorization_code (RFC 6749 section 4.1.3) and refresh_token (section 6): the authorization server answers, and what it signed
 * is read back for the journal.
 */
export const person: Grant = async ({ authorization, directory }, { form, client }) => {
  const answer = await authorization.token({
    ...form,
    ...(client && { client_id: client.id, client_secret: client.secret }),
  });
  const { sub = "", client_id, scope, exp = 0 } = decodeJwt(answer.access_token);
  const row = await directory.byName(sub);
  if (row?.kind !== "user") throw new Fault("INVALID_GRANT", "The person is no longer in the directory.");
  const scopes = String(scope).split(" ").filter(isScope);
  const subject = { kind: row.kind, id: row.id, name: row.name };
  return { terms: { subject, client: String(client_id), scopes, expires_at_s: exp }, answer };
};
