import { Fault } from "#wire/errors.ts";
import { ACCESS_TOKEN_TYPE, JWT_TOKEN_TYPE, PERSONAL_TOKEN_TYPE } from "#wire/oauth/grants.ts";
import { NO_POLICY, proveSubject } from "../federation/subject-token.ts";
import { Refusal } from "../refusal.ts";
import { readScopes } from "../scopes.ts";
import type { ClaimedClient, Grant, GrantContext, Granted } from "./grant.ts";
import { personalTokenExchange } from "./personal-token-exchange.ts";

/**
 * RFC 8693: an identity provider's JWT for a token of ours, which ends when the JWT ends. Without a client it acts as the user
 * that the account policy's claim names; with a service principal's application id as `client_id`, as that service principal,
 * under a policy of its own, whether or not it has a secret. A personal access token is exchanged in a file of its own.
 */
export const tokenExchange: Grant = async (context, { form, client }) => {
  const subject_token = form.subject_token;
  if (!subject_token) throw new Fault("BAD_REQUEST", "The parameter 'subject_token' is missing.");
  if (form.subject_token_type !== JWT_TOKEN_TYPE && form.subject_token_type !== PERSONAL_TOKEN_TYPE)
    throw new Fault(
      "BAD_REQUEST",
      `'subject_token_type' must be ${JWT_TOKEN_TYPE} or ${PERSONAL_TOKEN_TYPE}; no other kind is exchanged here.`,
    );
  const wanted = form.requested_token_type;
  if (wanted !== undefined && wanted !== "" && wanted !== ACCESS_TOKEN_TYPE)
    throw new Fault("BAD_REQUEST", `'requested_token_type' can only be ${ACCESS_TOKEN_TYPE}.`);
  if (form.actor_token !== undefined)
    throw new Fault(
      "BAD_REQUEST",
      "'actor_token' is not supported: an agent gets its token with each request instead.",
    );
  if (form.subject_token_type === PERSONAL_TOKEN_TYPE) {
    if (client) throw new Fault("BAD_REQUEST", "A personal access token is exchanged without a client: leave it out.");
    return personalTokenExchange(context, { form });
  }
  return client ? asClient(context, form, subject_token, client) : asUser(context, form, subject_token);
};

type Form = Readonly<Record<string, string | undefined>>;

async function asUser(context: GrantContext, form: Form, subject_token: string): Promise<Granted> {
  const { attempt, directory } = context;
  const scopes = readScopes(form.scope);
  const { policy, name, expires_at_s } = await proveSubject(context, subject_token, null);
  attempt.policy = policy.uid;
  attempt.client = `federation-policy/${policy.uid}`;
  const row = await directory.byName(name);
  if (row?.kind !== "user") throw new Refusal("SUBJECT_UNKNOWN", "INVALID_GRANT", NO_POLICY);
  const subject = { kind: row.kind, id: row.id, name: row.name };
  attempt.subject = subject;
  if (!row.active) throw new Refusal("SUBJECT_INACTIVE", "INVALID_GRANT", NO_POLICY);
  return { terms: { subject, client: attempt.client, scopes, expires_at_s } };
}

async function asClient(
  context: GrantContext,
  form: Form,
  subject_token: string,
  client: ClaimedClient,
): Promise<Granted> {
  const { attempt, directory, credentials } = context;
  const row = await directory.byName(client.id);
  if (row?.kind !== "service_principal")
    throw new Refusal(
      "CLIENT_UNKNOWN",
      "INVALID_CLIENT",
      "No such client. Leave 'client_id' out to act as the user of the subject token.",
    );
  attempt.client = row.name;
  if (client.secret !== undefined && !(await credentials.liveSecret(row.id, client.secret)))
    throw new Refusal(
      "SECRET_NOT_LIVE",
      "INVALID_CLIENT",
      "The client's secret is wrong. An exchange needs none: leave it out.",
    );
  const scopes = readScopes(form.scope);
  const { policy, expires_at_s } = await proveSubject(context, subject_token, row.id);
  attempt.policy = policy.uid;
  const subject = { kind: row.kind, id: row.id, name: row.name };
  attempt.subject = subject;
  if (!row.active) throw new Refusal("SUBJECT_INACTIVE", "INVALID_GRANT", NO_POLICY);
  return { terms: { subject, client: row.name, scopes, expires_at_s } };
}
