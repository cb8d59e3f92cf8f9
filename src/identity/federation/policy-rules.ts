import { isJsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import { JWKS_CHARACTERS_MAX, NAME_CHARACTERS_MAX } from "../limits.ts";
import type { PolicyChange } from "../store/policies.ts";

/** A policy as it is asked for. What is left out is the default: audience the account's id, claim `sub`, keys by discovery. */
export interface PolicyInput {
  readonly issuer: string;
  readonly description?: string;
  readonly audiences?: readonly string[];
  readonly subject_claim?: string;
  /** A service principal's policy has one, the account's has none. */
  readonly subject?: string;
  readonly jwks_uri?: string;
  /** A JSON Web Key Set, as text. */
  readonly jwks_json?: string;
}

/** Claims that could never name anybody: a policy by one of them would take everybody's token for one and the same. */
export const NEVER_A_SUBJECT: ReadonlySet<string> = new Set(["iss", "aud", "exp", "nbf", "iat", "jti", "typ"]);

/** The client that asked for the token, which may well be the service principal, but is no user. */
const CLIENT = "azp";

/** What the rules rest on. */
export interface PolicyRules {
  /** Our own issuer, whose tokens are never subject tokens. */
  readonly own_issuer: string;
  readonly account_id: string;
}

/**
 * The policy with its defaults. Source of the rules: databricks-sdk-py `service/oauth2.py` OidcFederationPolicy.
 * @throws Fault INVALID_PARAMETER_VALUE naming the rule that it breaks.
 */
export function checkedPolicy(
  input: PolicyInput,
  isAccount: boolean,
  rules: PolicyRules,
): Omit<PolicyChange, "updated_at"> {
  const { description = "", jwks_uri, jwks_json } = input;
  if (description.length > NAME_CHARACTERS_MAX)
    throw invalid(`A description has at most ${NAME_CHARACTERS_MAX} characters.`);
  if (jwks_uri && jwks_json) throw invalid("A policy has 'jwks_uri' or 'jwks_json', not both.");
  return {
    description,
    issuer: checkIssuer(input.issuer, rules.own_issuer),
    audiences: checkAudiences(input.audiences?.length ? input.audiences : [rules.account_id]),
    subject_claim: checkClaim(input.subject_claim || "sub", isAccount),
    subject: checkSubject(input.subject, isAccount),
    jwks_uri: jwks_uri ? checkAddress(jwks_uri) : null,
    jwks_json: jwks_json ? checkKeys(jwks_json) : null,
  };
}

/** An address from which keys may come. */
export const isHttps = (text: string): boolean => {
  const url = URL.parse(text);
  return url?.protocol === "https:" && !url.username && !url.password && !url.hash && !/[\s\\]/.test(text);
};

function checkIssuer(issuer: string, own: string): string {
  if (!isHttps(issuer) || URL.parse(issuer)?.search)
    throw invalid("An issuer is an https URL without user, query or fragment, exactly as the tokens' 'iss' says it.");
  if (issuer === own) throw invalid("This server's own tokens cannot be exchanged for others.");
  return issuer;
}

function checkAudiences(audiences: readonly string[]): readonly string[] {
  if (audiences.some((audience) => audience.trim() === "")) throw invalid("An audience cannot be empty.");
  return audiences;
}

function checkClaim(claim: string, isAccount: boolean): string {
  if (NEVER_A_SUBJECT.has(claim) || (isAccount && claim === CLIENT))
    throw invalid(`The claim '${claim}' cannot name a subject. Use 'sub' or 'email'.`);
  return claim;
}

function checkSubject(subject: string | undefined, isAccount: boolean): string | null {
  if (isAccount) {
    if (subject) throw invalid("An account policy has no 'subject'; only a service principal's has one.");
    return null;
  }
  if (subject) return subject;
  throw invalid("A service principal's policy needs a 'subject': whom its tokens name.");
}

function checkAddress(jwks_uri: string): string {
  if (isHttps(jwks_uri)) return jwks_uri;
  throw invalid("'jwks_uri' is an https URL without user or fragment.");
}

/** Members of a JSON Web Key that only its owner may know (RFC 7518 section 6). */
const PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

function checkKeys(jwks_json: string): string {
  if (jwks_json.length > JWKS_CHARACTERS_MAX)
    throw invalid(`'jwks_json' has at most ${JWKS_CHARACTERS_MAX} characters.`);
  const keys = keysIn(jwks_json);
  for (const key of keys) {
    if (!isJsonObject(key) || (key.kty !== "RSA" && key.kty !== "EC"))
      throw invalid("'jwks_json' holds RSA and EC keys alone, as tokens are signed by RS256 or ES256.");
    if (PRIVATE.some((member) => Object.hasOwn(key, member)))
      throw invalid("'jwks_json' holds a private key. Revoke it, and send the public one.");
  }
  return jwks_json;
}

function keysIn(jwks_json: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(jwks_json);
    if (isJsonObject(parsed) && Array.isArray(parsed.keys) && parsed.keys.length > 0) return parsed.keys;
  } catch {
    // What is no JSON is no key set either.
  }
  throw invalid(`'jwks_json' is a JSON Web Key Set as text: {"keys": [...]} with a key at least.`);
}

const invalid = (message: string): Fault => new Fault("INVALID_PARAMETER_VALUE", message);
