import assert from "node:assert/strict";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import type { Egress } from "#net/mod.ts";

/** Identity providers as a test plays them: what they publish, and what was asked of them. */
export class ImitatedIssuers {
  readonly documents = new Map<string, unknown>();
  readonly asked: string[] = [];
  readonly egress: Egress = {
    fetch: async (url, { purpose }) => {
      assert.equal(purpose, "idp");
      this.asked.push(url);
      const found = this.documents.get(url);
      const body = Buffer.from(JSON.stringify(found ?? null));
      return { status: found === undefined ? 404 : 200, headers: {}, body, text: () => body.toString() };
    },
    open: () => Promise.reject(new Error("not used")),
    close: async () => {},
  };

  publish(issuer: string, keys: readonly JWK[], jwks_uri = `${issuer.replace(/\/$/, "")}/keys`): void {
    this.documents.set(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, { issuer, jwks_uri });
    this.documents.set(jwks_uri, { keys });
  }
}

export interface IssuerKey {
  readonly key: CryptoKey;
  readonly jwk: JWK;
}

export async function issuerKey(kid: string, alg = "RS256"): Promise<IssuerKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { key: privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } };
}

export type Claims = Readonly<Record<string, unknown>>;

/** A token as a provider writes it: header and claims without times. */
export interface Shape {
  readonly head: Claims;
  readonly claims: Claims;
}

/** The shape, signed, for ten minutes from `now_s`; a change of undefined leaves a claim out. */
export const signShape = (
  { head, claims }: Shape,
  by: IssuerKey,
  now_s: number,
  change: Claims = {},
  more: Claims = {},
) =>
  new SignJWT({ iat: now_s, nbf: now_s, exp: now_s + 600, ...claims, ...change })
    .setProtectedHeader({ alg: "RS256", kid: by.jwk.kid!, ...head, ...more })
    .sign(by.key);

const TENANT = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
/** The application that stands for this server at Entra: the audience of tokens of version 2. */
export const API = "00001111-aaaa-2222-bbbb-3333cccc4444";
export const CLIENT = "11112222-bbbb-3333-cccc-4444dddd5555";
export const ANA_OBJECT = "aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb";
export const ROBOT_OBJECT = "bbbbbbbb-1111-2222-3333-cccccccccccc";

export const ENTRA_V2 = `https://login.microsoftonline.com/${TENANT}/v2.0`;
/** With its slash. */
export const ENTRA_V1 = `https://sts.windows.net/${TENANT}/`;
export const OKTA = "https://board.okta.example/oauth2/default";
export const GITHUB = "https://token.actions.githubusercontent.com";

/**
 * Access tokens of Entra ID. Source: Microsoft, "Access token claims reference" and "Optional claims reference" (`idtyp`, `upn`):
 * version 1 has `appid`, `appidacr`, `unique_name`, an audience as the application's URI, an issuer at sts.windows.net; version 2
 * `azp`, `azpacr`, `preferred_username`, the application's id as audience. `scp` is in users' tokens alone, `roles` in applications'.
 */
const entra = { aio: "opaque", rh: "opaque", uti: "token-identifier", tid: TENANT };
const entraHead = { typ: "JWT" };

export const entraV2User: Shape = {
  head: entraHead,
  claims: {
    ...{ ...entra, iss: ENTRA_V2, aud: API, ver: "2.0", azp: CLIENT, azpacr: "0", scp: "Lake.Read profile" },
    ...{ oid: ANA_OBJECT, sub: "pairwise-subject-of-ana", preferred_username: "ana@board.example", name: "Ana" },
  },
};

export const entraV2App: Shape = {
  head: entraHead,
  claims: {
    ...{ ...entra, iss: ENTRA_V2, aud: API, ver: "2.0", azp: CLIENT, azpacr: "1", roles: ["Lake.Read.All"] },
    ...{ idtyp: "app", oid: ROBOT_OBJECT, sub: ROBOT_OBJECT },
  },
};

export const entraV1User: Shape = {
  head: { ...entraHead, x5t: "thumbprint" },
  claims: {
    ...{ ...entra, iss: ENTRA_V1, aud: `api://${API}`, ver: "1.0", appid: CLIENT, appidacr: "0", scp: "Lake.Read" },
    ...{ acr: "1", amr: ["pwd"], oid: ANA_OBJECT, sub: "pairwise-subject-of-ana" },
    ...{ upn: "ana@board.example", unique_name: "ana@board.example", name: "Ana" },
  },
};

export const entraV1App: Shape = {
  head: { ...entraHead, x5t: "thumbprint" },
  claims: {
    ...{ ...entra, iss: ENTRA_V1, aud: `api://${API}`, ver: "1.0", appid: CLIENT, appidacr: "1", idtyp: "app" },
    ...{ roles: ["Lake.Read.All"], oid: ROBOT_OBJECT, sub: ROBOT_OBJECT, idp: ENTRA_V1 },
  },
};

/**
 * An ID token of Entra ID for the application that is also the API. Source: Microsoft, "ID token claims reference": `aud` is the
 * application's id, as it is in version 2 access tokens for it; `roles` as in an access token; neither `scp` nor a client.
 */
export const entraIdToken: Shape = {
  head: entraHead,
  claims: {
    ...{ ...entra, iss: ENTRA_V2, aud: API, ver: "2.0", nonce: "of-the-login", roles: ["Lake.Read.All"] },
    ...{ oid: ANA_OBJECT, sub: "pairwise-subject-of-ana", preferred_username: "ana@board.example", name: "Ana" },
  },
};

/**
 * Okta, a custom authorization server. Sources: Okta, "OpenID Connect & OAuth 2.0 API": `ver` a number, `jti` beginning with AT,
 * `cid`, `uid`, `scp` a list, `sub` the login; for client credentials `sub` is the client and `uid` is missing. ID tokens: `jti`
 * beginning with ID, `aud` the client, `at_hash`. The org server's own access tokens have the type application/okta-internal-at+jwt.
 */
export const oktaUser: Shape = {
  head: {},
  claims: {
    ...{ ver: 1, jti: "AT.of-a-user", iss: OKTA, aud: "api://lakeward", cid: "0oa-client", uid: "00u-ana" },
    ...{ scp: ["openid", "lake:sql"], auth_time: 1, sub: "ana@board.example" },
  },
};

export const oktaService: Shape = {
  head: {},
  claims: {
    ...{ ver: 1, jti: "AT.of-a-client", iss: OKTA, aud: "api://lakeward", cid: "0oa-robot" },
    ...{ scp: ["lake:sql"], sub: "0oa-robot" },
  },
};

export const oktaIdToken: Shape = {
  head: {},
  claims: {
    ...{
      ver: 1,
      jti: "ID.of-a-login",
      iss: OKTA,
      aud: "0oa-client",
      idp: "00o-board",
      at_hash: "digest",
      amr: ["pwd"],
    },
    ...{ sub: "00u-ana", email: "ana@board.example", email_verified: true, preferred_username: "ana@board.example" },
  },
};

/** GitHub Actions. Source: GitHub, "OpenID Connect reference": the audience is what the job asks for, `sub` what it runs on. */
export const JOB = "repo:octo-org/octo-repo:ref:refs/heads/main";
export const githubJob: Shape = {
  head: { typ: "JWT" },
  claims: {
    ...{ iss: GITHUB, aud: "lakeward", sub: JOB, jti: "job-identifier", ref: "refs/heads/main", ref_type: "branch" },
    ...{
      repository: "octo-org/octo-repo",
      repository_id: "74",
      repository_owner: "octo-org",
      environment: "production",
    },
    ...{ actor: "octocat", actor_id: "12", event_name: "push", run_id: "1", workflow: "deploy", sha: "0".repeat(40) },
    ...{ job_workflow_ref: "octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main" },
  },
};
