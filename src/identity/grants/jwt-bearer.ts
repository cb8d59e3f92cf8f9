import { ACCESS_TOKEN_SECONDS } from "#base/limits.ts";
import { Fault } from "#wire/errors.ts";
import { isScope } from "#wire/scopes.ts";
import { Refusal, type RefusalReason } from "../refusal.ts";
import { readScopes, refuseBeyond } from "../scopes.ts";
import type { Grant } from "./grant.ts";

/**
 * RFC 7523 section 2.1, as Databricks' data plane uses it: a token of ours for one that is good for what `authorization_details`
 * name, and for nothing else. It ends with the token it came from or sooner. An agent's or app's token, one bound to an MCP server, and
 * one that is limited already are not exchanged: each is good for what it was made for.
 */
export const jwtBearer: Grant = async ({ accessTokens, directory, workspace, attempt, now_s }, { form, client }) => {
  if (!form.assertion) throw new Fault("BAD_REQUEST", "The parameter 'assertion' is missing.");
  if (!form.authorization_details)
    throw new Fault("BAD_REQUEST", "The parameter 'authorization_details' is missing: it says what the token is for.");
  if (client) throw new Fault("BAD_REQUEST", "This grant takes no client: leave 'client_id' and the header out.");
  let why = "";
  const claims = await accessTokens.verify(form.assertion, (reason) => {
    why = reason;
  });
  if (!claims) throw refused("ASSERTION_NOT_LIVE", why);
  attempt.client = claims.client_id;
  if (claims.aud !== workspace || claims.act || claims.authorization_details) throw refused("ASSERTION_LIMITED");
  const row = await directory.byId(claims.principal_id);
  if (!row || row.kind === "group" || row.name !== claims.sub || !row.active) throw refused("SUBJECT_INACTIVE");
  const subject = { kind: row.kind, id: row.id, name: row.name };
  attempt.subject = subject;
  const held = claims.scope.split(" ").filter(isScope);
  const scopes = form.scope ? readScopes(form.scope) : held;
  refuseBeyond(held, scopes);
  const expires_at_s = Math.min(now_s + ACCESS_TOKEN_SECONDS, claims.exp);
  return { terms: { subject, client: claims.client_id, scopes, expires_at_s } };
};

const refused = (because: RefusalReason, internal?: string): Refusal =>
  new Refusal(
    because,
    "INVALID_GRANT",
    "The assertion is no access token of a caller's own for this workspace, or has ended. Get a new one.",
    internal === undefined ? {} : { internal },
  );
