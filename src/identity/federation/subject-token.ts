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

/** What a subject token proved: under which policy, for which user name, and until when. */
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
 * Verifies an identity provider's token under the policy of its issuer. Replay: the token may be exchanged again until it ends,
 * as on Databricks; since every exchange ends when the token does, a replay gains nothing that the token itself does not give.
 * @throws Fault INVALID_GRANT; TEMPORARILY_UNAVAILABLE when the issuer's keys cannot be read.
 */
export async function proveSubject(ports: SubjectTokenPorts, token: string): Promise<ProvenSubject> {
  if (token.length > TOKEN_CHARACTERS_MAX)
    throw invalidGrant("SUBJECT_TOKEN_MALFORMED", "The subject token is too long.");
  const policy = await policyFor(ports.policies, token);
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
  return { policy, name, expires_at_s: Math.floor(exp) };
}

async function policyFor(policies: PolicyStore, token: string): Promise<FederationPolicy> {
  const policy = await policies.byIssuer(unverifiedIssuer(token));
  if (!policy) throw invalidGrant("NO_FEDERATION_POLICY", NO_POLICY);
  return policy;
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
    const { payload } = await jwtVerify(token, issuerKeys.of(policy.issuer), {
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
