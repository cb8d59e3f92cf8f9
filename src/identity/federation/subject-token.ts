import { decodeJwt } from "jose";
import type { Clock } from "#base/clock.ts";
import type { FaultOptions } from "#wire/errors.ts";
import { TOKEN_CHARACTERS_MAX } from "../limits.ts";
import { Refusal, type RefusalReason } from "../refusal.ts";
import type { FederationPolicy, PolicyStore } from "../store/policies.ts";
import type { IssuerKeys } from "./issuer-keys.ts";
import { namesAudience, verifyIssuerToken } from "./issuer-token.ts";

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
  const { exp, ...claims } = (await verifyIssuerToken(ports, policy, token)).claims;
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

const invalidGrant = (because: RefusalReason, message: string, options: FaultOptions = {}): Refusal =>
  new Refusal(because, "INVALID_GRANT", message, options);
