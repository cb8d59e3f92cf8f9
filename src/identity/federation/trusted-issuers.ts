import { anyMapping, list, mapping, neededText, text } from "#base/settings.ts";
import { isScope, type Scope } from "#wire/scopes.ts";
import type { KeyPlace } from "./issuer-keys.ts";
import { isHttps, NEVER_A_SUBJECT } from "./policy-rules.ts";

/** How a token's claim finds an entry of the directory. */
export interface Matching {
  readonly claim: string;
  /** `name`: a user's e-mail, a service principal's application id. `external_id`: what SCIM calls externalId. */
  readonly by: "name" | "external_id";
}

/** An identity provider whose access tokens open the API as they are, as the operator wrote it. */
export interface TrustedIssuer extends KeyPlace {
  /** What records and the log call it. */
  readonly name: string;
  /** The token must be made out to one of these. */
  readonly audiences: readonly string[];
  /** Scopes of ours that each of the token's own words opens; a token with none of these words is refused. */
  readonly accepted_scopes: ReadonlyMap<string, readonly Scope[]>;
  /** Whose tokens are taken; kinds that are left out are refused. */
  readonly users?: Matching;
  readonly service_principals?: Matching;
  /** Tokens of jobs, which name neither client nor scopes: each is good for these, as the service principal its `sub` finds. */
  readonly workloads?: { readonly scopes: readonly Scope[] };
}

const SETTINGS = [
  ...["name", "issuer", "audiences", "jwks_uri", "accepted_scopes"],
  ...["users", "service_principals", "workloads"],
];

/** Claims that name the client, which is no user whatever it is called. */
const CLIENT_CLAIMS: ReadonlySet<string> = new Set(["azp", "appid", "cid", "client_id"]);

/** A GitHub `sub` or an object id is no name here. */
const WAYS = ["name", "external_id"] as const;

/** Reads one trusted issuer of lakeward.yaml. @throws Error that names the place and what must be there. */
export function readTrustedIssuer(value: unknown, at: string): TrustedIssuer {
  const given = mapping(value, at, SETTINGS);
  const name = neededText(given.name, `${at}.name`);
  if (!/^[\w-]{1,64}$/.test(name)) throw new Error(`${at}.name has letters, digits, '_' and '-', at most 64`);
  const jwks_uri = text(given.jwks_uri, `${at}.jwks_uri`) ?? null;
  if (jwks_uri !== null && !isHttps(jwks_uri))
    throw new Error(`${at}.jwks_uri is an https URL without user or fragment`);
  const place = { name, issuer: issuerOf(given.issuer, `${at}.issuer`), jwks_uri, jwks_json: null };
  const audiences = audiencesOf(given.audiences, `${at}.audiences`);
  const accepted_scopes = acceptedOf(given.accepted_scopes ?? {}, `${at}.accepted_scopes`);
  const users = given.users === undefined ? undefined : userMatching(given.users, `${at}.users`);
  const principals = given.service_principals;
  const service_principals = principals === undefined ? undefined : matchingOf(principals, `${at}.service_principals`);
  if (given.workloads !== undefined) {
    if (users || service_principals || accepted_scopes.size > 0)
      throw new Error(
        `${at} has workloads, whose tokens have no scopes of their own: nothing of users, service_principals, accepted_scopes goes with them`,
      );
    const { scopes } = mapping(given.workloads, `${at}.workloads`, ["scopes"]);
    return { ...place, audiences, accepted_scopes, workloads: { scopes: scopesOf(scopes, `${at}.workloads.scopes`) } };
  }
  if (!users && !service_principals) throw new Error(`${at} names nobody: add users, service_principals or workloads`);
  if (accepted_scopes.size === 0)
    throw new Error(`${at}.accepted_scopes is missing: which of the tokens' scopes open which of ours`);
  return {
    ...{ ...place, audiences, accepted_scopes },
    ...(users && { users }),
    ...(service_principals && { service_principals }),
  };
}

/**
 * The issuers by the exact text of their tokens' `iss`.
 * @throws Error when two are the same issuer, two have one name, or one is this server itself.
 */
export function byIssuer(issuers: readonly TrustedIssuer[], own_issuer: string): ReadonlyMap<string, TrustedIssuer> {
  const found = new Map<string, TrustedIssuer>();
  const names = new Set<string>();
  for (const one of issuers) {
    if (one.issuer === own_issuer)
      throw new Error(`trusted_issuers names this server's own issuer '${one.issuer}'; its tokens need no trust`);
    if (found.has(one.issuer)) throw new Error(`trusted_issuers names the issuer '${one.issuer}' twice`);
    if (names.has(one.name)) throw new Error(`trusted_issuers has the name '${one.name}' twice`);
    found.set(one.issuer, one);
    names.add(one.name);
  }
  return found;
}

function issuerOf(value: unknown, at: string): string {
  const issuer = neededText(value, at);
  if (!isHttps(issuer) || URL.parse(issuer)?.search || /[{}*]/.test(issuer))
    throw new Error(`${at} is one https URL without user, query or fragment, exactly as the tokens' 'iss' says it`);
  return issuer;
}

function audiencesOf(value: unknown, at: string): readonly string[] {
  const audiences = list(value, at, "texts").map((one, i) => neededText(one, `${at}[${i}]`));
  if (audiences.length === 0) throw new Error(`${at} is missing: to whom the tokens must be made out`);
  return audiences;
}

function acceptedOf(value: unknown, at: string): ReadonlyMap<string, readonly Scope[]> {
  const given = Object.entries(anyMapping(value, at, "the tokens' scopes, each with a list of ours"));
  return new Map(given.map(([word, scopes]) => [word, scopesOf(scopes, `${at}.${word}`)]));
}

function scopesOf(value: unknown, at: string): readonly Scope[] {
  const words = list(value, at, "scopes");
  const scopes = words.filter((word): word is Scope => typeof word === "string" && isScope(word));
  if (scopes.length === 0 || scopes.length < words.length)
    throw new Error(`${at} is a list of scopes of docs/scopes.md`);
  return scopes;
}

function matchingOf(value: unknown, at: string): Matching {
  const given = mapping(value, at, ["claim", "by"]);
  const claim = neededText(given.claim, `${at}.claim`);
  if (NEVER_A_SUBJECT.has(claim)) throw new Error(`${at}.claim cannot be '${claim}', which names nobody`);
  const by = WAYS.find((one) => one === (given.by ?? "name"));
  if (!by) throw new Error(`${at}.by is one of ${WAYS.join(", ")}`);
  return { claim, by };
}

function userMatching(value: unknown, at: string): Matching {
  const found = matchingOf(value, at);
  if (CLIENT_CLAIMS.has(found.claim)) throw new Error(`${at}.claim cannot be '${found.claim}', which names a client`);
  return found;
}
