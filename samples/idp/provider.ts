import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import Provider, { type Configuration } from "oidc-provider";
import type { Accounts } from "./accounts.ts";
import type { IdpKeys } from "./keys.ts";
import { loginPage, loginPageHeaders } from "./login-page.ts";

/** An app at which people log in by this provider: public, with PKCE. */
export interface IdpClient {
  readonly client_id: string;
  readonly redirect_uri: string;
}

export interface ProviderOptions {
  readonly issuer: string;
  readonly clients: readonly IdpClient[];
  /** Whom access tokens are made out to: the Lakeward account's id. */
  readonly audience: string;
  readonly token_s: number;
  readonly accounts: Accounts;
  readonly keys: IdpKeys;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const SCOPES = "openid email";
const FORM_BYTES_MAX = 10_000;

/** OpenID Connect by oidc-provider, with our login form in front of its accounts. */
export function createProvider(options: ProviderOptions): Handler {
  const provider = new Provider(options.issuer, configuration(options));
  const serve = provider.callback();
  return async (request, response) => {
    const uid = /^\/interaction\/([\w-]+)$/.exec(request.url ?? "")?.[1];
    if (!uid) return void serve(request, response);
    const action = `/interaction/${uid}`;
    if (request.method !== "POST") return showForm(response, action, false);
    const form = new URLSearchParams((await text(request)).slice(0, FORM_BYTES_MAX));
    const account = await options.accounts.check(form.get("email") ?? "", form.get("password") ?? "");
    if (!account) return showForm(response, action, true);
    // The organisation's own app: whoever logs in for it has consented.
    await provider.interactionFinished(request, response, { login: { accountId: account.email }, consent: {} });
  };
}

function showForm(response: ServerResponse, action: string, failed: boolean): void {
  response.writeHead(failed ? 401 : 200, loginPageHeaders).end(loginPage(action, failed));
}

function configuration(options: ProviderOptions): Configuration {
  const { clients, audience, token_s, accounts, keys } = options;
  return {
    jwks: { keys: [keys.signing] },
    cookies: { keys: [...keys.cookies] },
    clients: clients.map(({ client_id, redirect_uri }) => ({
      client_id,
      redirect_uris: [redirect_uri],
      // A loopback address without TLS is a native app's (RFC 8252 section 7.3).
      application_type: redirect_uri.startsWith("https:") ? "web" : "native",
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code"],
      response_types: ["code"],
    })),
    pkce: { required: () => true },
    scopes: ["openid", "email"],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    conformIdTokenClaims: false,
    ttl: {
      AccessToken: token_s,
      IdToken: token_s,
      AuthorizationCode: 60,
      Interaction: 600,
      Session: 3600,
      Grant: 3600,
    },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => `urn:lakeward:account:${audience}`,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: SCOPES,
          audience,
          accessTokenFormat: "jwt",
          accessTokenTTL: token_s,
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
    findAccount: (_context, email) => {
      const account = accounts.find(email);
      if (!account) return undefined;
      const claims = { sub: account.email, email: account.email, email_verified: true };
      return { accountId: account.email, claims: async () => claims };
    },
    extraTokenClaims: (_context, token) => ("accountId" in token ? { email: token.accountId } : undefined),
    loadExistingGrant: async ({ oidc }) => {
      const { session, client, params } = oidc;
      if (!session?.accountId || !client) return undefined;
      const grant = new oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(SCOPES);
      grant.addResourceScope(String(params?.resource ?? `urn:lakeward:account:${audience}`), SCOPES);
      await grant.save();
      return grant;
    },
    renderError: async (context, { error, error_description }) => {
      context.type = "text/plain";
      context.body = `${error}: ${error_description ?? ""}`;
    },
  };
}
