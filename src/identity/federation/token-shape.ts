import type { JWTPayload } from "jose";

/**
 * What an access token looks like at those who issue one. Sources: RFC 9068 section 2 (`at+jwt`, `client_id`, `scope`); Microsoft's
 * access token claims reference (`ver` 1.0: `appid`, 2.0: `azp`; `scp` of user tokens alone, `roles` of applications; header `JWT`) and
 * optional claims reference (`idtyp`); Okta's OAuth 2.0 reference (`cid`, `uid`, `scp` a list).
 */
type Claims = Readonly<Record<string, unknown>>;

/** Of `typ`, with "application/" left out (RFC 7515 section 4.1.9). None at all is what Okta's custom authorization servers write. */
const TYPES: ReadonlySet<string> = new Set(["", "jwt", "at+jwt", "okta-internal-at+jwt"]);

/** What ID tokens alone have: OpenID Connect Core 1.0 sections 2, 3.1.3.6 and 3.3.2.11. */
const OF_ID_TOKENS = ["nonce", "at_hash", "c_hash"];

/** False for an ID token and for all other JWTs that a provider signs by the same keys: of logouts, events, assertions. */
export function mayBeAccessToken(typ: unknown, claims: Claims): boolean {
  const type = typeof typ === "string" ? typ.toLowerCase().replace(/^application\//, "") : "";
  return TYPES.has(type) && !OF_ID_TOKENS.some((claim) => claim in claims);
}

/**
 * True for a token that says that its holder must prove something more (`cnf`: RFC 7800, RFC 9449, RFC 8705), or acts for
 * another (`act`: RFC 8693 section 4.1): as a bearer's own it would be taken for more than it is.
 */
export const isBound = (claims: Claims): boolean => "cnf" in claims || "act" in claims;

/** The client that the token was issued to; an ID token of Okta or Entra names none but in `aud`. */
export function clientOf({ azp, appid, client_id, cid }: Claims): string | undefined {
  return [azp, appid, client_id, cid].find((one): one is string => typeof one === "string" && one !== "");
}

/**
 * Whether the client holds the token for itself rather than for a user. Entra: `idtyp` alone says so for sure, as a client may be
 * named in users' tokens likewise. Okta and RFC 9068 section 2.2: `sub` is the client, and there is no `uid`.
 */
export function isClientsOwn(claims: Claims): boolean {
  if ("idtyp" in claims) return claims.idtyp === "app";
  return claims.sub !== undefined && claims.sub === clientOf(claims) && !("uid" in claims);
}

/** A user's token, as far as it can be told: not the client's own, and no device's. */
export const isUsers = (claims: Claims): boolean =>
  !isClientsOwn(claims) && (!("idtyp" in claims) || claims.idtyp === "user");

/**
 * The scopes that the token says it has. `roles` are those of the client itself when it holds the token for itself; of a user they
 * say what the user is, stand in ID tokens too, and are no consent.
 */
export function scopesIn({ scp, scope, roles, ...claims }: JWTPayload): readonly string[] {
  const consented = wordsOf(scp ?? scope);
  return isClientsOwn(claims) ? [...consented, ...wordsOf(roles)] : consented;
}

/** A list of words, or words parted by spaces. */
function wordsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return value.split(" ").filter((word) => word !== "");
  return Array.isArray(value) ? value.filter((word) => typeof word === "string") : [];
}
