import { decodeJwt, type JWTPayload } from "jose";
import type { Clock } from "#base/clock.ts";
import type { Scope } from "#wire/scopes.ts";
import { ISSUED_AHEAD_MAX_S, TOKEN_CHARACTERS_MAX, TRUSTED_TOKEN_AGE_MAX_MS, VERIFIED_TOKENS_MAX } from "../limits.ts";
import { Refusal, type RefusalReason } from "../refusal.ts";
import { digestOf } from "../secrets.ts";
import type { IssuerKeys } from "./issuer-keys.ts";
import { namesAudience, verifyIssuerToken } from "./issuer-token.ts";
import { clientOf, isBound, isClientsOwn, isUsers, mayBeAccessToken, scopesIn } from "./token-shape.ts";
import { byIssuer, type Matching, type TrustedIssuer } from "./trusted-issuers.ts";

/** What a trusted issuer's token proved. Who that is now, and whether they may still come in, is for the directory to say. */
export interface TrustedToken {
  /** The issuer as the operator called it. */
  readonly issuer: string;
  readonly kind: "user" | "service_principal";
  /** How the directory finds whom it names. */
  readonly by: Matching["by"];
  readonly subject: string;
  readonly client?: string;
  readonly scopes: readonly Scope[];
  readonly expires_at_ms: number;
}

/** Access tokens of issuers that the operator trusts. */
export interface TrustedTokens {
  /**
   * Undefined for a token whose `iss` is not the very text of a trusted issuer.
   * @throws Fault INVALID_GRANT, with the reason for the log; TEMPORARILY_UNAVAILABLE when the issuer's keys cannot be read.
   */
  prove(token: string): Promise<TrustedToken | undefined>;
}

interface TrustedTokenPorts {
  readonly issuers: readonly TrustedIssuer[];
  readonly own_issuer: string;
  readonly issuerKeys: IssuerKeys;
  readonly clock: Clock;
}

/** @throws Error when the issuers cannot be told apart. */
export function createTrustedTokens(ports: TrustedTokenPorts): TrustedTokens {
  const trusted = byIssuer(ports.issuers, ports.own_issuer);
  const verified = new Map<string, { readonly proven: TrustedToken; readonly until_ms: number }>();
  const remember = (digest: string, proven: TrustedToken): void => {
    if (verified.size >= VERIFIED_TOKENS_MAX) verified.delete(verified.keys().next().value!);
    verified.set(digest, {
      proven,
      until_ms: Math.min(proven.expires_at_ms, ports.clock.now_ms() + TRUSTED_TOKEN_AGE_MAX_MS),
    });
  };
  return {
    prove: async (token) => {
      if (trusted.size === 0 || token.length > TOKEN_CHARACTERS_MAX) return undefined;
      const digest = digestOf(token);
      const present = verified.get(digest);
      if (present && ports.clock.now_ms() < present.until_ms) return present.proven;
      verified.delete(digest);
      const issuer = trusted.get(unverifiedIssuer(token));
      if (!issuer) return undefined;
      const proven = await proveBy(ports, issuer, token);
      remember(digest, proven);
      return proven;
    },
  };
}

/** Says whose keys to check with, no more: the same text is checked again under the signature. */
function unverifiedIssuer(token: string): string {
  try {
    const { iss } = decodeJwt(token);
    return typeof iss === "string" ? iss : "";
  } catch {
    // What is no JWT is no token of theirs.
    return "";
  }
}

async function proveBy(ports: TrustedTokenPorts, issuer: TrustedIssuer, token: string): Promise<TrustedToken> {
  const { header, claims } = await verifyIssuerToken(ports, issuer, token);
  if (!namesAudience(claims.aud, issuer.audiences)) throw refused("SUBJECT_TOKEN_AUDIENCE");
  const now_s = ports.clock.now_ms() / 1000;
  if (claims.iat === undefined || claims.iat > now_s + ISSUED_AHEAD_MAX_S) throw refused("ISSUED_IN_THE_FUTURE");
  if (!mayBeAccessToken(header.typ, claims)) throw refused("NOT_AN_ACCESS_TOKEN");
  if (isBound(claims)) throw refused("BOUND_TO_A_SENDER");
  const said = issuer.workloads ? workload(issuer.workloads.scopes, claims) : accessToken(issuer, claims);
  return Object.freeze({ ...said, issuer: issuer.name, expires_at_ms: Math.floor(claims.exp) * 1000 });
}

type Said = Omit<TrustedToken, "issuer" | "expires_at_ms">;

/**
 * A job's token, as of GitHub Actions: it looks as an ID token does, and is one for whomever the job names as audience. Anybody's job
 * gets one from the same issuer, so that `sub` alone, which nobody else's job can have, finds the service principal.
 */
function workload(scopes: readonly Scope[], claims: JWTPayload): Said {
  return { kind: "service_principal", by: "external_id", subject: textIn(claims, "sub"), scopes };
}

function accessToken(issuer: TrustedIssuer, claims: JWTPayload): Said {
  const client = clientOf(claims);
  if (client === undefined) throw refused("NOT_AN_ACCESS_TOKEN");
  const [kind, matching] = isClientsOwn(claims)
    ? (["service_principal", issuer.service_principals] as const)
    : (["user", isUsers(claims) ? issuer.users : undefined] as const);
  if (!matching) throw refused("HOLDER_NOT_ACCEPTED");
  const scopes = scopesIn(claims).flatMap((word) => issuer.accepted_scopes.get(word) ?? []);
  if (scopes.length === 0) throw refused("SCOPES_NOT_ACCEPTED");
  // Whoever may write any address into their profile would otherwise come in as anybody.
  if (matching.claim === "email" && claims.email_verified !== true) throw refused("EMAIL_NOT_VERIFIED");
  return { kind, by: matching.by, subject: textIn(claims, matching.claim), client, scopes: [...new Set(scopes)] };
}

/** Characters that no name in the directory has, and that the database cannot even be asked for, name nobody. */
function textIn(claims: JWTPayload, claim: string): string {
  const found = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  if (typeof found === "string" && found !== "" && found.isWellFormed() && !found.includes("\0")) return found;
  throw refused("SUBJECT_CLAIM_MISSING");
}

const refused = (because: RefusalReason): Refusal =>
  new Refusal(because, "INVALID_GRANT", "The token does not open this API.");
