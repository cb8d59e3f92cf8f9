import { Fault } from "#wire/errors.ts";
import { ACCESS_TOKEN_TYPE, JWT_TOKEN_TYPE } from "#wire/oauth/grants.ts";
import { NO_POLICY, proveSubject } from "../federation/subject-token.ts";
import { Refusal } from "../refusal.ts";
import { readScopes } from "../scopes.ts";
import type { Grant } from "./grant.ts";

/**
 * RFC 8693: an identity provider's JWT for a token of ours, under an account federation policy. It acts as the user that the
 * policy's claim names and ends when the subject token ends. With a `client_id` it would act as that service principal, which
 * needs a policy of the service principal's own.
 */
export const tokenExchange: Grant = async (context, { form, client }) => {
  const subject_token = form.subject_token;
  if (!subject_token) throw new Fault("BAD_REQUEST", "The parameter 'subject_token' is missing.");
  if (form.subject_token_type !== JWT_TOKEN_TYPE)
    throw new Fault("BAD_REQUEST", `'subject_token_type' must be ${JWT_TOKEN_TYPE}; no other kind is exchanged here.`);
  const wanted = form.requested_token_type;
  if (wanted !== undefined && wanted !== "" && wanted !== ACCESS_TOKEN_TYPE)
    throw new Fault("BAD_REQUEST", `'requested_token_type' can only be ${ACCESS_TOKEN_TYPE}.`);
  if (form.actor_token !== undefined)
    throw new Fault(
      "BAD_REQUEST",
      "'actor_token' is not supported: an agent gets its token with each request instead.",
    );
  if (client) await refuseClient(context, client.id);
  const scopes = readScopes(form.scope);
  const { policy, name, expires_at_s } = await proveSubject(context, subject_token);
  context.attempt.client = `federation-policy/${policy.id}`;
  const row = await context.directory.byName(name);
  if (row?.kind !== "user") throw new Refusal("SUBJECT_UNKNOWN", "INVALID_GRANT", NO_POLICY);
  const subject = { kind: row.kind, id: row.id, name: row.name };
  context.attempt.subject = subject;
  if (!row.active) throw new Refusal("SUBJECT_INACTIVE", "INVALID_GRANT", NO_POLICY);
  return { terms: { subject, client: context.attempt.client, scopes, expires_at_s } };
};

/** No service principal has a federation policy of its own, so none can be acted as; an unknown client is told so. */
async function refuseClient({ directory, attempt }: Parameters<Grant>[0], client_id: string): Promise<never> {
  const row = await directory.byName(client_id);
  if (row?.kind !== "service_principal") {
    throw new Refusal(
      "CLIENT_UNKNOWN",
      "INVALID_CLIENT",
      "No such client. Leave 'client_id' out to act as the user of the subject token.",
    );
  }
  attempt.client = row.name;
  throw new Refusal("NO_FEDERATION_POLICY", "INVALID_GRANT", NO_POLICY);
}
