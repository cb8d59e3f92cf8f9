import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type ServerMetadata,
} from "openid-client";
import type { Clock } from "#base/clock.ts";
import type { Egress } from "#net/mod.ts";
import { Fault } from "#wire/errors.ts";
import { digestOf } from "../secrets.ts";
import type { AuthorizationStore } from "../store/authorization.ts";
import type { Vault } from "../vault.ts";
import { egressFetch } from "./egress-fetch.ts";

/** An identity provider at which people may log in, as the operator wrote it. */
export interface LoginProvider {
  /** What the login page calls it. */
  readonly name: string;
  readonly issuer: string;
  readonly client_id: string;
  readonly client_secret?: string;
  /** The claim of the ID token that names a user here. */
  readonly subject_claim: string;
  /** Domains whose people are made users at their first login; all others must be users already. */
  readonly new_users_of: readonly string[];
  /** Hosts at which its endpoints and keys may be, beside the issuer's own. */
  readonly endpoint_hosts?: readonly string[];
}

/** Somebody who logged in elsewhere. */
export interface Arrival {
  /** Uid of the interaction that goes on. */
  readonly uid: string;
  readonly name: string;
  readonly display_name: string;
  /** May be made a user. */
  readonly isWelcome: boolean;
}

export interface Upstream {
  /** Names of the providers, in the order of the configuration; a provider is meant by its position. */
  readonly names: readonly string[];
  /** Where the browser goes, and the cookie it takes along. @throws Fault RESOURCE_DOES_NOT_EXIST, BAD_GATEWAY. */
  begin(position: number, uid: string): Promise<{ readonly location: string; readonly cookie: string }>;
  /** Who came back. @throws Fault BAD_REQUEST when it is another browser's, the second time, too late, or the provider refused. */
  finish(parameters: URLSearchParams, cookie: string | undefined): Promise<Arrival>;
}

interface UpstreamPorts {
  /** Where a state is kept until it comes back. */
  readonly store: Pick<AuthorizationStore, "upsert" | "consume">;
  readonly providers: readonly LoginProvider[];
  /** `<public url>/oidc`. */
  readonly issuer: string;
  readonly egress: Egress;
  readonly vault: Vault;
  readonly clock: Clock;
}

/** What the browser carries between leaving and coming back; sealed, so that it is nobody else's to read or to make. */
interface Carried {
  readonly position: number;
  /** Whom the browser was sent to: a position may be another provider's once the configuration has changed. */
  readonly issuer: string;
  readonly uid: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly until_ms: number;
}

const CALLBACK_PATH = "/v1/callback";
const COOKIE = "lakeward_upstream";
const PURPOSE = "upstream login";
/** The kind of a state's row. */
const STATE = "UpstreamState";

/** A login at a provider, its second factor included. */
const LOGIN_S = 10 * 60;

/** A provider's metadata, keys or token answer. */
const BYTES_MAX = 256 * 1024;
const TIMEOUT_MS = 10_000;

/** Login at other identity providers: OpenID Connect with PKCE, state and nonce, by openid-client. */
export function createUpstream({ providers, issuer, egress, vault, clock, store }: UpstreamPorts): Upstream {
  const bounds = { purpose: "idp", timeout_ms: TIMEOUT_MS, bytes_max: BYTES_MAX, redirects_max: 0 } as const;
  const configurations = new Map<number, Promise<Configuration>>();
  const { pathname, protocol } = new URL(issuer);
  const redirect_uri = `${issuer}${CALLBACK_PATH}`;
  const cookieOf = (value: string, seconds: number): string => {
    const secure = protocol === "https:" ? "; Secure" : "";
    return `${COOKIE}=${value}; Path=${pathname}${CALLBACK_PATH}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
  };
  const configurationOf = async (position: number, provider: LoginProvider): Promise<Configuration> => {
    const known = configurations.get(position);
    if (known) return known;
    const { client_id, client_secret } = provider;
    const found = discovery(
      new URL(provider.issuer),
      client_id,
      undefined,
      client_secret ? ClientSecretPost(client_secret) : None(),
      {
        [customFetch]: (url, init) => egressFetch(egress, bounds, url, init),
      },
    ).then((configuration) => {
      refuseForeignEndpoints(provider, configuration.serverMetadata());
      return configuration;
    });
    configurations.set(position, found);
    // What could not be fetched is fetched again for the next person.
    found.catch(() => configurations.delete(position));
    return found;
  };
  return {
    names: providers.map(({ name }) => name),
    begin: async (position, uid) => {
      const provider = providers[position];
      if (!provider) throw new Fault("RESOURCE_DOES_NOT_EXIST", "There is no such login provider.");
      const configuration = await configurationOf(position, provider).catch((cause: unknown) => {
        throw new Fault(
          "BAD_GATEWAY",
          `${provider.name} cannot be reached to log in. Try again, or log in otherwise.`,
          { cause },
        );
      });
      const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
      const location = buildAuthorizationUrl(configuration, {
        redirect_uri,
        scope: "openid email profile",
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        state,
        nonce,
      });
      const until_ms = clock.now_ms() + LOGIN_S * 1000;
      const carried: Carried = { position, issuer: provider.issuer, uid, state, nonce, verifier, until_ms };
      const row = { kind: STATE, id: digestOf(state), uid: null, grant_id: null, consumed_at: null };
      await store.upsert(
        { ...row, ...vault.seal(PURPOSE, Buffer.of()), expires_at: new Date(until_ms) },
        new Date(clock.now_ms()),
      );
      return { location: location.href, cookie: cookieOf(vault.carry(PURPOSE, carried), LOGIN_S) };
    },
    finish: async (parameters, cookie) => {
      const carried = carriedIn(vault, cookie);
      const provider = carried && providers[carried.position];
      if (!carried || provider?.issuer !== carried.issuer || carried.until_ms < clock.now_ms()) throw foreign();
      const { state, nonce, verifier } = carried;
      const configuration = await configurationOf(carried.position, provider);
      const said = parameters.get("iss") ?? configuration.serverMetadata().issuer;
      if (parameters.get("state") !== state || said !== configuration.serverMetadata().issuer) throw foreign();
      if (!(await store.consume(STATE, digestOf(state), new Date(clock.now_ms())))) throw foreign();
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      const tokens = await authorizationCodeGrant(
        configuration,
        new URL(`${redirect_uri}?${parameters}`),
        checks,
      ).catch((cause: unknown) => {
        throw new Fault("BAD_REQUEST", `${provider.name} did not log you in. Start again.`, { cause });
      });
      return arrivalOf(provider, carried.uid, { ...tokens.claims() });
    },
  };
}

/** Metadata that lead elsewhere would hand codes, secrets and people to another server. @throws Error naming the address. */
function refuseForeignEndpoints({ issuer, endpoint_hosts = [] }: LoginProvider, metadata: ServerMetadata): void {
  const hosts = new Set([new URL(issuer).host, ...endpoint_hosts]);
  const { authorization_endpoint, token_endpoint, jwks_uri } = metadata;
  for (const address of [authorization_endpoint, token_endpoint, jwks_uri]) {
    const url = address === undefined ? null : URL.parse(address);
    if (url?.protocol !== "https:" || !hosts.has(url.host))
      throw new Error(
        `The provider's metadata lead to '${address}', which is neither at its issuer's host nor in endpoint_hosts.`,
      );
  }
}

function carriedIn(vault: Vault, cookies: string | undefined): Carried | undefined {
  const held = new RegExp(`(?:^|;\\s*)${COOKIE}=([A-Za-z0-9_-]+)`).exec(cookies ?? "")?.[1];
  return held === undefined ? undefined : vault.carried(PURPOSE, held);
}

const foreign = (): Fault =>
  new Fault("BAD_REQUEST", "This login was begun in another browser, or too long ago. Start again.");

/** An address that the provider has not verified could be anybody's, so it names nobody. */
function arrivalOf(provider: LoginProvider, uid: string, claims: Readonly<Record<string, unknown>>): Arrival {
  const name = claims[provider.subject_claim];
  if (typeof name !== "string" || name === "")
    throw new Fault(
      "BAD_REQUEST",
      `${provider.name} did not say your '${provider.subject_claim}'. Ask an administrator.`,
    );
  if (provider.subject_claim === "email" && claims.email_verified !== true)
    throw new Fault("BAD_REQUEST", `${provider.name} has not verified your e-mail address. Verify it there first.`);
  const domain = name.split("@")[1]?.toLowerCase();
  return {
    uid,
    name,
    display_name: typeof claims.name === "string" && claims.name !== "" ? claims.name : name,
    isWelcome: domain !== undefined && provider.new_users_of.some((one) => one.toLowerCase() === domain),
  };
}
