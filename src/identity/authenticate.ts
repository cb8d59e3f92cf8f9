import type { Log } from "#base/log.ts";
import { type ActorSource, asItself, noTokens, type Who } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { isScope } from "#wire/scopes.ts";
import type { AccessTokens } from "./access-tokens.ts";
import { restrictionsOf } from "./authorization-details.ts";
import type { Credentials } from "./credentials.ts";
import type { TrustedToken, TrustedTokens } from "./federation/trusted-tokens.ts";
import { Refusal } from "./refusal.ts";
import { PERSONAL_TOKEN_PREFIX } from "./secrets.ts";
import type { PrincipalKind, PrincipalRow } from "./store/directory.ts";
import type { SubjectStore } from "./store/subjects.ts";

interface AuthenticatePorts {
  readonly accessTokens: AccessTokens;
  readonly trustedTokens: TrustedTokens;
  readonly credentials: Credentials;
  readonly subjects: SubjectStore;
  readonly actors: ActorSource;
  readonly workspace: string;
  readonly mayUseTokens: MayUseTokens;
  readonly log: Log;
}

/** Whether somebody may have personal access tokens at present: an administrator can take that from them. */
export type MayUseTokens = (who: Pick<Who, "subject" | "groups">) => Promise<boolean>;

/** Turns an Authorization header into who asks, by the token and the present state of the directory. */
export type Authenticate = (
  authorization: string | undefined,
  /** URL of the protected resource that is asked: a token bound to it is good there, and nowhere else. */
  resource?: string,
) => Promise<Who>;

/**
 * The token says who was meant; the directory says who that is now: a deleted or deactivated subject is refused, groups are
 * those of the present governance version. The reason of a refusal goes to the log alone.
 */
export function createAuthenticate(ports: AuthenticatePorts): Authenticate {
  return async (authorization, resource) => {
    const token = bearerOf(authorization);
    const refuse = (reason: string): Fault => {
      ports.log.warn({ reason }, "A token was refused");
      return unauthenticated("Invalid access token. Get a new one and try again.", "invalid_token");
    };
    if (token.startsWith(PERSONAL_TOKEN_PREFIX)) return byPersonalToken(ports, token, refuse);
    const trusted = await ports.trustedTokens.prove(token).catch((thrown: unknown) => {
      if (!(thrown instanceof Refusal)) throw thrown;
      throw refuse([thrown.because, thrown.options.internal].filter(Boolean).join(": "));
    });
    return trusted ? byTrustedToken(ports, trusted, refuse) : byAccessToken(ports, token, resource, refuse);
  };
}

type Refuse = (reason: string) => Fault;

/** RFC 6750 section 2.1. */
function bearerOf(authorization: string | undefined): string {
  const token = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(authorization ?? "")?.[1];
  if (token) return token;
  throw unauthenticated(
    "Credential was not sent or was of an unsupported type for this API. Send 'Authorization: Bearer' with a personal access token or an OAuth token.",
  );
}

function unauthenticated(message: string, error?: string): Fault {
  const challenge = `Bearer realm="lakeward"${error ? `, error="${error}"` : ""}`;
  return new Fault("UNAUTHENTICATED", message, { headers: { "www-authenticate": challenge } });
}

async function byPersonalToken(ports: AuthenticatePorts, token: string, refuse: Refuse): Promise<Who> {
  const live = await ports.credentials.liveToken(token);
  if (!live) throw refuse("personal token unknown, revoked or past its end");
  return ports.subjects.bearer(live, async () => {
    const row = await ports.subjects.byId(live.principal_id);
    if (!isSubject(row)) throw refuse("its principal is not active");
    const who = await whoOf(ports, row, live.scopes, { expires_at_ms: live.expires_at.getTime() });
    if (!(await ports.mayUseTokens(who))) throw noTokens();
    return who;
  });
}

async function byAccessToken(
  ports: AuthenticatePorts,
  token: string,
  resource: string | undefined,
  refuse: Refuse,
): Promise<Who> {
  let reason = "";
  const claims = await ports.accessTokens.verify(token, (why) => {
    reason = why;
  });
  if (!claims) throw refuse(reason);
  if (claims.aud !== ports.workspace && claims.aud !== resource) throw refuse("bound to another resource");
  if (!(await ports.credentials.isClientLive(claims.client_id)))
    throw refuse("the personal token it was exchanged for was revoked or is past its end");
  const row = await ports.subjects.byId(claims.principal_id);
  if (!isSubject(row) || row.name !== claims.sub) throw refuse("its principal is not active");
  const { authorization_details: details } = claims;
  const only = details && { only: restrictionsOf(details) };
  const rest = { client: claims.client_id, expires_at_ms: claims.exp * 1000, ...only };
  if (!claims.act) return whoOf(ports, row, claims.scope.split(" "), rest);
  const actor = await ports.actors.find(claims.act.kind, claims.act.sub);
  if (!actor) throw refuse(`the ${claims.act.kind} that acts is gone`);
  const acting = claims.act.itself ? asItself(actor) : actor;
  if (!acting || (acting.itself && acting.own?.principal.id !== row.id))
    throw refuse(`the ${claims.act.kind} has another principal now, or none`);
  return whoOf(ports, row, claims.scope.split(" "), { ...rest, actor: acting });
}

/** Whom a trusted issuer's token names, by exact text: a name in another case, or of another kind, is nobody. */
async function byTrustedToken(ports: AuthenticatePorts, token: TrustedToken, refuse: Refuse): Promise<Who> {
  const { issuer, kind, by, subject, client, scopes, expires_at_ms } = token;
  const { subjects } = ports;
  const row = await (by === "name" ? subjects.byName(subject) : subjects.byExternalId(kind, subject));
  if (row?.kind !== kind || !isSubject(row))
    throw refuse(`of trusted issuer ${issuer}: it names no active ${kind}, or more than one`);
  return whoOf(ports, row, scopes, { ...(client !== undefined && { client }), expires_at_ms, issuer });
}

/** An entry that may act at all: a group is none, whatever a token says. */
export type Subject = PrincipalRow & { readonly kind: Exclude<PrincipalKind, "group"> };

export function isSubject(row: PrincipalRow | undefined): row is Subject {
  return row?.active === true && row.kind !== "group";
}

/** Who an entry of the directory is, with these scopes. */
export async function whoOf(
  { subjects, workspace }: Pick<AuthenticatePorts, "subjects" | "workspace">,
  row: Subject,
  scopes: readonly string[],
  rest: Pick<Who, "actor" | "client" | "expires_at_ms" | "issuer" | "only">,
): Promise<Who> {
  return Object.freeze({
    subject: Object.freeze({ kind: row.kind, id: row.id, name: row.name }),
    groups: await subjects.groupNames(row.id),
    scopes: scopes.filter(isScope),
    workspace,
    ...rest,
  });
}
