import { ACCESS_TOKEN_SECONDS } from "#base/limits.ts";
import { bearerOf } from "../credentials.ts";
import { Refusal, type RefusalReason } from "../refusal.ts";
import { readScopes, refuseBeyond } from "../scopes.ts";
import type { Grant } from "./grant.ts";

/**
 * A live personal access token for an OAuth token of the same principal, as notebooks' runtimes ask for it. It opens no more than
 * the personal token does, and ends in an hour or with it. Source: databricks-sdk-py `oauth.py` PATOAuthTokenExchange.
 */
export const personalTokenExchange: Grant = async (context, { form }) => {
  const { credentials, directory, subjects, attempt, now_s } = context;
  const live = await credentials.liveToken(form.subject_token ?? "");
  if (!live) throw refused("PERSONAL_TOKEN_NOT_LIVE");
  const client = bearerOf(live.id);
  attempt.client = client;
  const row = await directory.byId(live.principal_id);
  if (!row || row.kind === "group" || !row.active) throw refused("SUBJECT_INACTIVE");
  const subject = { kind: row.kind, id: row.id, name: row.name };
  attempt.subject = subject;
  if (!(await context.mayUseTokens({ subject, groups: await subjects.groupNames(row.id) })))
    throw refused("PERSONAL_TOKENS_NOT_ALLOWED");
  const scopes = readScopes(form.scope);
  refuseBeyond(live.scopes, scopes);
  const expires_at_s = Math.min(now_s + ACCESS_TOKEN_SECONDS, Math.floor(live.expires_at.getTime() / 1000));
  return { terms: { subject, client, scopes, expires_at_s } };
};

const refused = (because: RefusalReason): Refusal =>
  new Refusal(because, "INVALID_GRANT", "The personal access token is unknown, revoked or past its end.");
