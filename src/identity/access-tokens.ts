import { decodeProtectedHeader, type JWTPayload, jwtVerify, SignJWT } from "jose";
import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import type { Actor, Principal } from "#kernel/mod.ts";
import type { AuthorizationDetail } from "#wire/oauth/authorization-details.ts";
import type { AccessTokenClaims } from "#wire/oauth/token.ts";
import type { Scope } from "#wire/scopes.ts";
import { readDetails } from "./authorization-details.ts";
import type { KeySet } from "./key-set.ts";
import { TOKEN_CHARACTERS_MAX, VERIFIED_TOKENS_MAX } from "./limits.ts";
import { isResource } from "./resources.ts";
import { digestOf } from "./secrets.ts";

export const SIGNING_ALGORITHM = "RS256";

/** RFC 9068 section 2.1: what keeps an ID token or any other JWT of this key set from being taken for an access token. */
export const ACCESS_TOKEN_TYPE_HEADER = "at+jwt";

/** What a new token says. */
export interface TokenTerms {
  readonly subject: Principal;
  readonly client: string;
  readonly scopes: readonly Scope[];
  readonly actor?: Pick<Actor, "kind" | "name" | "itself">;
  /** The token is good for these alone. */
  readonly details?: readonly AuthorizationDetail[];
  /** Seconds since the epoch. */
  readonly expires_at_s: number;
}

export interface AccessTokens {
  sign(terms: TokenTerms): Promise<string>;
  /**
   * The claims of a token that this deployment signed and that is valid now; else undefined, with the reason going to `refuse`,
   * for the log. Its audience is this workspace or one of its resources: the caller says which it takes.
   */
  verify(token: string, refuse: (reason: string) => void): Promise<AccessTokenClaims | undefined>;
}

interface TokenPorts {
  readonly keys: KeySet;
  readonly issuer: string;
  /** Numeric id of the workspace, the audience. */
  readonly workspace: string;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** Signs and verifies access tokens, RFC 9068 with the claims that Databricks workspaces write. */
export function createAccessTokens(ports: TokenPorts): AccessTokens {
  const verified = new Map<string, { readonly kid: string; readonly claims: AccessTokenClaims }>();
  const remember = (digest: string, kid: string, claims: AccessTokenClaims): void => {
    if (verified.size >= VERIFIED_TOKENS_MAX) verified.delete(verified.keys().next().value!);
    verified.set(digest, { kid, claims });
  };
  return {
    sign: (terms) => sign(ports, terms),
    verify: async (token, refuse) => {
      if (token.length > TOKEN_CHARACTERS_MAX) return void refuse("too long");
      const digest = digestOf(token);
      const cached = verified.get(digest);
      if (cached) {
        const isValid =
          cached.claims.exp * 1000 > ports.clock.now_ms() && (await ports.keys.verifying(cached.kid)) !== undefined;
        if (isValid) return cached.claims;
        verified.delete(digest);
        return void refuse("expired, or its key was dropped");
      }
      const found = await check(ports, token, refuse);
      if (found) remember(digest, found.kid, found.claims);
      return found?.claims;
    },
  };
}

async function sign({ keys, issuer, workspace, clock, ids }: TokenPorts, terms: TokenTerms): Promise<string> {
  const { kid, key } = await keys.signing();
  const { subject, actor } = terms;
  const claims: AccessTokenClaims = {
    client_id: terms.client,
    scope: terms.scopes.join(" "),
    iss: issuer,
    aud: workspace,
    sub: subject.name,
    principal_id: subject.id,
    iat: Math.floor(clock.now_ms() / 1000),
    exp: terms.expires_at_s,
    jti: ids.uuid(),
    ...(terms.details && { authorization_details: terms.details }),
    ...(actor && { act: { sub: actor.name, kind: actor.kind, ...(actor.itself && { itself: true }) } }),
  };
  return new SignJWT({ ...claims })
    .setProtectedHeader({ kid, typ: ACCESS_TOKEN_TYPE_HEADER, alg: SIGNING_ALGORITHM })
    .sign(key);
}

/**
 * The key is found by `kid` in our own set alone: `jku`, `x5u`, `jwk` in a header are never looked at. The algorithm is ours,
 * not the header's, so neither `none` nor an HMAC over the public key passes.
 */
async function check(
  ports: TokenPorts,
  token: string,
  refuse: (reason: string) => void,
): Promise<{ kid: string; claims: AccessTokenClaims } | undefined> {
  try {
    const { kid } = decodeProtectedHeader(token);
    const key = typeof kid === "string" ? await ports.keys.verifying(kid) : undefined;
    if (kid === undefined || !key) return void refuse("unknown key");
    const { payload } = await jwtVerify(token, key, {
      algorithms: [SIGNING_ALGORITHM],
      typ: ACCESS_TOKEN_TYPE_HEADER,
      issuer: ports.issuer,
      requiredClaims: ["iat", "exp", "sub", "jti"],
      currentDate: new Date(ports.clock.now_ms()),
    });
    const claims = readClaims(payload);
    if (claims && claims.aud !== ports.workspace && !isResource(claims.aud, ports.issuer))
      return void refuse("another audience");
    if (!claims) return void refuse("claims of another shape");
    return { kid, claims };
  } catch (thrown) {
    return void refuse(thrown instanceof Error ? thrown.message : "not a token");
  }
}

/** Claims in the shape that `sign` writes; an audience list is refused even when it holds this workspace. */
function readClaims(payload: JWTPayload): AccessTokenClaims | undefined {
  const { client_id, scope, iss, aud, sub, principal_id, iat, exp, jti } = payload;
  const texts = [client_id, scope, iss, aud, sub, principal_id, jti];
  if (!texts.every((text) => typeof text === "string") || typeof iat !== "number" || typeof exp !== "number")
    return undefined;
  const act = payload.act;
  if (act !== undefined && !isAct(act)) return undefined;
  const { authorization_details } = payload;
  const details = authorization_details === undefined ? undefined : readDetails(JSON.stringify(authorization_details));
  return {
    client_id: String(client_id),
    scope: String(scope),
    iss: String(iss),
    aud: String(aud),
    sub: String(sub),
    principal_id: String(principal_id),
    iat,
    exp,
    jti: String(jti),
    ...(details && { authorization_details: details }),
    ...(act && { act }),
  };
}

function isAct(act: unknown): act is NonNullable<AccessTokenClaims["act"]> {
  if (typeof act !== "object" || act === null || !("sub" in act) || !("kind" in act)) return false;
  if ("itself" in act && act.itself !== true) return false;
  return typeof act.sub === "string" && (act.kind === "agent" || act.kind === "app");
}
