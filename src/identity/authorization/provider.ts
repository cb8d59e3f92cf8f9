import Provider, {
  type AdapterFactory,
  type Configuration,
  errors,
  type JWK,
  type KoaContextWithOIDC,
} from "oidc-provider";
import type { Clock } from "#base/clock.ts";
import { ACCESS_TOKEN_SECONDS } from "#base/limits.ts";
import type { Egress } from "#net/mod.ts";
import { isScope, opens, type Scope, scopes } from "#wire/scopes.ts";
import { ACCESS_TOKEN_TYPE_HEADER, SIGNING_ALGORITHM } from "../access-tokens.ts";
import { isResource } from "../resources.ts";
import type { DirectoryStore } from "../store/directory.ts";
import { fetchDocument } from "./client-documents.ts";
import { prompts } from "./consent-policy.ts";
import { CODE_S, GRANT_S, INTERACTION_S, REFRESH_TOKEN_S, SESSION_S } from "./limits.ts";
import { loggedOutPage, logoutPage, pageHeaders } from "./pages.ts";

export interface ProviderOptions {
  readonly issuer: string;
  /** Numeric id of the workspace, the audience of access tokens. */
  readonly workspace: string;
  readonly adapter: AdapterFactory;
  readonly directory: DirectoryStore;
  /** Private key of the deployment's one key set. */
  readonly signing: JWK;
  readonly cookie_key: string;
  /** By which clients' metadata documents are fetched. */
  readonly egress: Egress;
  readonly clock: Clock;
}

/** Below the issuer's path. */
export const routes = {
  authorization: "/v1/authorize",
  token: "/v1/token",
  revocation: "/v1/revoke",
  end_session: "/v1/logout",
} as const;

/** Path, below the issuer's, of the page on which a person logs in or allows a client. */
export const interactionPath = (uid: string): string => `/v1/interaction/${uid}`;

/** Scopes that are about the person and not about any surface of the workspace. */
const OPENID_SCOPES: readonly string[] = ["openid", "email", "profile", "offline_access"];
const apiScopes = scopes.filter((scope) => !OPENID_SCOPES.includes(scope)).join(" ");

/** What a request that names no `resource` (RFC 8707) means: the workspace as a whole. */
export const workspaceResource = (workspace: string): string => `urn:lakeward:workspace:${workspace}`;

/**
 * oidc-provider for authorization_code and refresh_token: sessions, consent, codes with PKCE, rotation of refresh tokens with
 * detection of reuse. Its access tokens are ours: same key, same header, same claims.
 */
export function createProvider(options: ProviderOptions): Provider {
  const provider = new Provider(options.issuer, configuration(options));
  // Requests come by our own edge, which says what the public address is.
  provider.proxy = true;
  provider.use(async (context, next) => {
    await next();
    // Without a login the library sends a page whose script submits itself, which our pages' policy forbids.
    if (context.oidc?.route !== "end_session" || context.status !== 200 || context.oidc.session?.accountId) return;
    context.set(pageHeaders);
    context.body = loggedOutPage();
  });
  return provider;
}

function configuration(options: ProviderOptions): Configuration {
  const { issuer, workspace, adapter, directory, signing, cookie_key, egress, clock } = options;
  const isSecure = issuer.startsWith("https:");
  return {
    adapter,
    routes,
    jwks: { keys: [signing] },
    scopes: OPENID_SCOPES,
    claims: { openid: ["sub"], email: ["email"], profile: ["name"] },
    pkce: { required: () => true },
    responseTypes: ["code"],
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    issueRefreshToken: async (_context, client, code) =>
      client.grantTypeAllowed("refresh_token") && code.scopes.has("offline_access"),
    ttl: {
      AccessToken: (_context, _token, client) => secondsOf(client.access_token_s, ACCESS_TOKEN_SECONDS),
      AuthorizationCode: CODE_S,
      IdToken: ACCESS_TOKEN_SECONDS,
      Grant: GRANT_S,
      Interaction: INTERACTION_S,
      RefreshToken: (_context, _token, client) => secondsOf(client.refresh_token_s, REFRESH_TOKEN_S),
      // From the login on, however often the browser comes back.
      Session: (_context, { loginTs }) =>
        loginTs === undefined ? SESSION_S : Math.max(1, loginTs + SESSION_S - Math.floor(clock.now_ms() / 1000)),
    },
    cookies: {
      keys: [cookie_key],
      // RFC 6265bis section 4.1.3.2: a browser takes a __Host- cookie from this host alone, over TLS alone.
      names: {
        session: isSecure ? "__Host-lakeward_session" : "lakeward_session",
        interaction: "lakeward_interaction",
        resume: "lakeward_resume",
      },
      long: { httpOnly: true, sameSite: "lax", path: "/", secure: isSecure },
      short: { httpOnly: true, sameSite: "lax", secure: isSecure },
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: logoutPages(options),
      clientIdMetadataDocument: { enabled: true, ack: "draft-02" },
      revocation: {
        enabled: true,
        allowedPolicy: async (_context, client, token) => token.clientId === client.clientId,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => workspaceResource(workspace),
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, resource, client) => {
          const isWorkspace = resource === workspaceResource(workspace);
          if (!isWorkspace && !isResource(resource, issuer))
            throw new errors.InvalidTarget(`'${resource}' is no MCP server of this workspace`);
          return {
            scope: apiScopes,
            audience: isWorkspace ? workspace : resource,
            accessTokenFormat: "jwt",
            accessTokenTTL: secondsOf(client.access_token_s, ACCESS_TOKEN_SECONDS),
            jwt: { sign: { alg: SIGNING_ALGORITHM } },
          };
        },
      },
    },
    formats: {
      customizers: {
        jwt: async (_context, token, made) => {
          const row = "accountId" in token && token.accountId ? await directory.byId(token.accountId) : undefined;
          if (!row) throw new errors.InvalidGrant("the person is no longer in the directory");
          made.header = { ...made.header, typ: ACCESS_TOKEN_TYPE_HEADER };
          made.payload.sub = row.name;
          made.payload.principal_id = row.id;
        },
      },
    },
    fetch: (url, init) => fetchDocument(egress, String(url), init),
    interactions: {
      policy: prompts(),
      url: (_context, { uid }) => `${new URL(issuer).pathname}${interactionPath(uid)}`,
    },
    findAccount: async (_context, id) => {
      const row = await directory.byId(id);
      if (row?.kind !== "user" || !row.active) return undefined;
      return { accountId: id, claims: async () => ({ sub: row.name, email: row.name, name: row.display_name }) };
    },
    extraClientMetadata: {
      properties: ["allowed_scopes", "access_token_s", "refresh_token_s"],
      // What an administrator says of an app, a client does not say of itself.
      validator: (_context, key, value, { client_id }) => {
        if (value !== undefined && URL.canParse(client_id))
          throw new errors.InvalidClientMetadata(`a client's own document may not set '${key}'`);
      },
    },
    extraParams: {
      // oidc-provider drops words it does not know; a caller is told instead.
      scope_words: (context, _value, client) =>
        refuseScopes(String(context.oidc.params?.scope ?? ""), client.allowed_scopes),
    },
    renderError: (context, { error, error_description }) => {
      context.type = "application/json";
      context.body = { error, ...(error_description && { error_description }) };
    },
  };
}

/** OpenID Connect RP-Initiated Logout 1.0: the page that asks, and the one after it. */
function logoutPages({ issuer, directory }: ProviderOptions) {
  return {
    enabled: true,
    logoutSource: async (context: KoaContextWithOIDC) => {
      const { accountId, state } = context.oidc.session ?? {};
      const row = accountId === undefined ? undefined : await directory.byId(accountId);
      context.set(pageHeaders);
      context.body = logoutPage({
        action: `${new URL(issuer).pathname}${routes.end_session}/confirm`,
        xsrf: String(state?.secret),
        person: row?.name ?? "somebody who is no longer here",
      });
    },
    postLogoutSuccessSource: (context: KoaContextWithOIDC) => {
      context.set(pageHeaders);
      context.body = loggedOutPage();
    },
  };
}

/** A client that nobody limited may ask for every scope there is. */
function refuseScopes(text: string, allowed: unknown): void {
  const words = text.split(" ").filter((word) => word !== "");
  const unknown = words.filter((word) => !isScope(word));
  if (unknown.length > 0) throw new errors.InvalidScope(`unknown scopes: ${unknown.join(", ")}`, unknown.join(" "));
  if (typeof allowed !== "string") return;
  const given = allowed.split(" ").filter(isScope);
  const isGiven = (word: Scope): boolean =>
    OPENID_SCOPES.includes(word) ? given.includes(word) : given.some((one) => opens(one, word));
  const excess = words.filter(isScope).filter((word) => !isGiven(word));
  if (excess.length > 0)
    throw new errors.InvalidScope(`scopes that this app was not given: ${excess.join(", ")}`, excess.join(" "));
}

const secondsOf = (limit: unknown, otherwise: number): number => (typeof limit === "number" ? limit : otherwise);
