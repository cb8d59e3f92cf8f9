import { rootCertificates } from "node:tls";
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from "openid-client";
import { Agent, type Dispatcher, request } from "undici";

export interface LoginOptions {
  readonly issuer: string;
  readonly client_id: string;
  readonly redirect_uri: string;
  /** PEM of the authority that the provider's certificate comes from. */
  readonly ca: string;
  readonly email: string;
  readonly password: string;
}

/** What the provider gave the person. */
export interface LoggedIn {
  /** JWT made out to the Lakeward account: the subject token of a token exchange. */
  readonly access_token: string;
  readonly id_token: string;
}

const STEPS_MAX = 10;

/**
 * Logs a person in by the authorization-code flow with PKCE, following redirects and filling in the form as a browser would.
 * @throws Error when the provider refuses.
 */
export async function login(options: LoginOptions): Promise<LoggedIn> {
  const agent = new Agent({ connect: { ca: [...rootCertificates, options.ca] } });
  try {
    const config = await discovery(new URL(options.issuer), options.client_id, undefined, None(), {
      [customFetch]: (url, init) => fetched(agent, url, init),
    });
    const [verifier, state, nonce] = [randomPKCECodeVerifier(), randomState(), randomNonce()];
    const start = buildAuthorizationUrl(config, {
      redirect_uri: options.redirect_uri,
      scope: "openid email",
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
      nonce,
    });
    const callback = await walk(agent, start, options);
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
    const tokens = await authorizationCodeGrant(config, callback, checks);
    return { access_token: tokens.access_token, id_token: tokens.id_token ?? "" };
  } finally {
    await agent.close();
  }
}

/** From the authorization address through the login form to the client's own address, which carries the code. */
async function walk(agent: Agent, start: URL, options: LoginOptions): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = start;
  let form: string | undefined;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const answer = await visit(agent, url, cookies, form);
    const { location } = answer.headers;
    const page = await answer.body.text();
    if (typeof location === "string") {
      url = new URL(location, url);
      form = undefined;
      if (url.href.startsWith(options.redirect_uri)) return url;
      continue;
    }
    const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1];
    if (!action || form !== undefined)
      throw new Error(`The identity provider refused the login (${answer.statusCode}).`);
    url = new URL(action, url);
    form = new URLSearchParams({ email: options.email, password: options.password }).toString();
  }
  throw new Error("The identity provider redirects without end.");
}

async function visit(
  agent: Agent,
  url: URL,
  cookies: Map<string, string>,
  form: string | undefined,
): Promise<Dispatcher.ResponseData> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const type = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await request(url, {
    dispatcher: agent,
    method: form === undefined ? "GET" : "POST",
    headers: { ...(cookie && { cookie }), ...(form !== undefined && type) },
    ...(form !== undefined && { body: form }),
  });
  for (const set of [answer.headers["set-cookie"] ?? []].flat()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
    if (name && value !== undefined) cookies.set(name, value);
  }
  return answer;
}

type FetchInit = { readonly method: string; readonly headers: Record<string, string>; readonly body?: unknown };

/** The provider's answers for openid-client, by an agent that trusts the local authority. */
async function fetched(agent: Agent, url: string, { method, headers, body }: FetchInit): Promise<Response> {
  const text = body instanceof URLSearchParams || typeof body === "string" ? String(body) : undefined;
  const answer = await request(url, {
    dispatcher: agent,
    method: method === "POST" ? "POST" : "GET",
    headers,
    ...(text !== undefined && { body: text }),
  });
  const said = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, [value].flat().join(", ")]],
  );
  return new Response(await answer.body.text(), { status: answer.statusCode, headers: said });
}
