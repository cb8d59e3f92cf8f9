import { decodeJwt, type JWTPayload, errors as joseErrors, jwtVerify } from "jose";
import type { Clock } from "#base/clock.ts";
import { Fault, type FaultOptions } from "#wire/errors.ts";
import { TOKEN_CHARACTERS_MAX } from "../limits.ts";
import { Refusal, type RefusalReason } from "../refusal.ts";
import type { FederationPolicy, PolicyStore } from "../store/policies.ts";
import type { IssuerKeys } from "./issuer-keys.ts";

/** Databricks: a subject token must be signed by RS256 or ES256. */
const ALGORITHMS = ["RS256", "ES256"];

/** The wire's words when no federation policy covers a token. */
export const NO_POLICY = "TOKEN_INVALID (Ensure a valid federation policy has been configured)";

/** What a subject token proved: under which policy, whom its claim names, and until when. */
export interface ProvenSubject {
  readonly policy: FederationPolicy;
  readonly name: string;
  readonly expires_at_s: number;
}

interface SubjectTokenPorts {
  readonly policies: PolicyStore;
  readonly issuerKeys: IssuerKeys;
  readonly clock: Clock;
}

/**
 * Verifies an identity provider's token under a policy for its issuer: the account's, or one of a service principal's own,
 * which names the subject as well. Policies are read anew each time, so that a change has effect at once. Replay: the token may be exchanged
 * again until it ends, as on Databricks; since every exchange ends when the token does, a replay gains nothing that the token itself does not give.
 * @param principal_id whose policies; null for the account's.
 * @throws Fault INVALID_GRANT; TEMPORARILY_UNAVAILABLE when the issuer's keys cannot be read.
 */
export async function proveSubject(
  ports: SubjectTokenPorts,
  token: string,
  principal_id: string | null,
): Promise<ProvenSubject> {
  if (token.length > TOKEN_CHARACTERS_MAX)
    throw invalidGrant("SUBJECT_TOKEN_MALFORMED", "The subject token is too long.");
  const candidates = await ports.policies.ofIssuer(unverifiedIssuer(token), principal_id);
  if (candidates.length === 0) throw invalidGrant("NO_FEDERATION_POLICY", NO_POLICY);
  const tried = await Promise.allSettled(candidates.map((policy) => proveUnder(ports, token, policy)));
  const proven = tried.find((one) => one.status === "fulfilled");
  if (proven) return proven.value;
  throw nearestOf(tried.flatMap((one) => (one.status === "rejected" ? [one.reason] : [])));
}

async function proveUnder(ports: SubjectTokenPorts, token: string, policy: FederationPolicy): Promise<ProvenSubject> {
  const { exp, ...claims } = await verify(ports, policy, token);
  if (!namesAudience(claims.aud, policy.audiences)) {
    throw invalidGrant(
      "SUBJECT_TOKEN_AUDIENCE",
      "The subject token's audience is none of those that the federation policy names.",
    );
  }
  const name = claims[policy.subject_claim];
  if (typeof name !== "string" || name === "")
    throw invalidGrant(
      "SUBJECT_CLAIM_MISSING",
      `The subject token has no text in its claim '${policy.subject_claim}'.`,
    );
  if (policy.subject !== null && name !== policy.subject) throw invalidGrant("SUBJECT_MISMATCH", NO_POLICY);
  return { policy, name, expires_at_s: Math.floor(exp) };
}

/** How far a token came under a policy, of those refusals that tell. */
const nearest: readonly RefusalReason[] = ["SUBJECT_MISMATCH", "SUBJECT_CLAIM_MISSING", "SUBJECT_TOKEN_AUDIENCE"];

/** Of several policies' refusals the one to tell: what is no refusal at all, else of the policy that the token fits best. */
function nearestOf(thrown: readonly unknown[]): unknown {
  const other = thrown.find((one) => !(one instanceof Refusal));
  if (other !== undefined) return other;
  const rank = (one: unknown): number => {
    const at = one instanceof Refusal ? nearest.indexOf(one.because) : -1;
    return at < 0 ? nearest.length : at;
  };
  return thrown.toSorted((a, b) => rank(a) - rank(b))[0];
}

/** Says whose keys to check with, no more: the same text is checked again under the signature. */
function unverifiedIssuer(token: string): string {
  try {
    const { iss } = decodeJwt(token);
    if (typeof iss === "string") return iss;
  } catch (cause) {
    throw invalidGrant("SUBJECT_TOKEN_MALFORMED", "The subject token is not a JWT.", { cause });
  }
  throw invalidGrant("NO_FEDERATION_POLICY", NO_POLICY);
}

async function verify(
  { issuerKeys, clock }: SubjectTokenPorts,
  policy: FederationPolicy,
  token: string,
): Promise<JWTPayload & { exp: number }> {
  try {
    const { payload } = await jwtVerify(token, issuerKeys.of(policy), {
      algorithms: ALGORITHMS,
      issuer: policy.issuer,
      requiredClaims: ["exp"],
      currentDate: new Date(clock.now_ms()),
    });
    const { exp } = payload;
    if (exp === undefined) throw invalidGrant("SUBJECT_TOKEN_CLAIM", "The subject token has no end.");
    return { ...payload, exp };
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    if (!(thrown instanceof joseErrors.JOSEError)) throw thrown;
    const [because, said] = whyNot(thrown);
    throw invalidGrant(because, `The subject token is not valid: ${said}.`, {
      cause: thrown,
      internal: thrown.message,
    });
  }
}

function whyNot(error: joseErrors.JOSEError): readonly [RefusalReason, said: string] {
  if (error instanceof joseErrors.JWTExpired) return ["SUBJECT_TOKEN_EXPIRED", "it has expired"];
  if (error instanceof joseErrors.JWKSNoMatchingKey)
    return ["SUBJECT_TOKEN_KEY_UNKNOWN", "it is signed by a key that its issuer does not publish"];
  if (error instanceof joseErrors.JWTClaimValidationFailed)
    return ["SUBJECT_TOKEN_CLAIM", `its claim '${error.claim}' is missing or wrong`];
  if (error instanceof joseErrors.JOSEAlgNotAllowed)
    return ["SUBJECT_TOKEN_ALGORITHM", "it must be signed by RS256 or ES256"];
  return ["SUBJECT_TOKEN_SIGNATURE", "its signature does not verify"];
}

/** Any audience of the token that is one of the policy's; a token that names none is made out to nobody. */
function namesAudience(aud: JWTPayload["aud"], audiences: readonly string[]): boolean {
  const named = Array.isArray(aud) ? aud : [aud];
  return named.some((each) => typeof each === "string" && audiences.includes(each));
}

const invalidGrant = (because: RefusalReason, message: string, options: FaultOptions = {}): Refusal =>
  new Refusal(because, "INVALID_GRANT", message, options);
