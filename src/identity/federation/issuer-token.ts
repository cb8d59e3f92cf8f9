import { type JWTPayload, errors as joseErrors, jwtVerify, type ProtectedHeaderParameters } from "jose";
import type { Clock } from "#base/clock.ts";
import { Fault } from "#wire/errors.ts";
import { Refusal, type RefusalReason } from "../refusal.ts";
import type { IssuerKeys, KeyPlace } from "./issuer-keys.ts";

/** Databricks: an identity provider's token must be signed by RS256 or ES256. */
const ALGORITHMS = ["RS256", "ES256"];

interface IssuerTokenPorts {
  readonly issuerKeys: IssuerKeys;
  readonly clock: Clock;
}

/** What an issuer signed; whom it was made out to is for the caller to look at. */
export interface IssuerToken {
  readonly header: ProtectedHeaderParameters;
  readonly claims: JWTPayload & { readonly exp: number };
}

/**
 * Verifies that the issuer signed the token and that it is valid now. Keys come from where `place` says, never from the token.
 * @throws Fault INVALID_GRANT; TEMPORARILY_UNAVAILABLE when the issuer's keys cannot be read.
 */
export async function verifyIssuerToken(
  { issuerKeys, clock }: IssuerTokenPorts,
  place: KeyPlace,
  token: string,
): Promise<IssuerToken> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, issuerKeys.of(place), {
      algorithms: ALGORITHMS,
      issuer: place.issuer,
      requiredClaims: ["exp"],
      currentDate: new Date(clock.now_ms()),
    });
    const { exp } = payload;
    if (exp === undefined) throw new Refusal("SUBJECT_TOKEN_CLAIM", "INVALID_GRANT", "The subject token has no end.");
    return { header: protectedHeader, claims: { ...payload, exp } };
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    if (!(thrown instanceof joseErrors.JOSEError)) throw thrown;
    const [because, said] = whyNot(thrown);
    throw new Refusal(because, "INVALID_GRANT", `The subject token is not valid: ${said}.`, {
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

/** Any audience of the token that is one of these; a token that names none is made out to nobody. */
export function namesAudience(aud: JWTPayload["aud"], audiences: readonly string[]): boolean {
  const named = Array.isArray(aud) ? aud : [aud];
  return named.some((each) => typeof each === "string" && audiences.includes(each));
}
