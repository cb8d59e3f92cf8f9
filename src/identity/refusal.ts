import { type ErrorCode, Fault, type FaultOptions } from "#wire/errors.ts";

/** Why a token was refused, in the words of the journal and the log. No name, token or claim ever stands in one. */
export type RefusalReason =
  | "CLIENT_UNKNOWN"
  | "CLIENT_INACTIVE"
  | "CLIENT_WITHOUT_SECRET"
  | "SECRET_NOT_LIVE"
  | "SCOPE_NOT_ASSIGNED"
  | "PERSONAL_TOKEN_NOT_LIVE"
  | "PERSONAL_TOKENS_NOT_ALLOWED"
  | "ASSERTION_NOT_LIVE"
  | "ASSERTION_LIMITED"
  | "SUBJECT_TOKEN_MALFORMED"
  | "SUBJECT_TOKEN_EXPIRED"
  | "SUBJECT_TOKEN_SIGNATURE"
  | "SUBJECT_TOKEN_KEY_UNKNOWN"
  | "SUBJECT_TOKEN_ALGORITHM"
  | "SUBJECT_TOKEN_CLAIM"
  | "SUBJECT_TOKEN_AUDIENCE"
  | "SUBJECT_CLAIM_MISSING"
  | "SUBJECT_MISMATCH"
  | "SUBJECT_UNKNOWN"
  | "SUBJECT_INACTIVE"
  | "NO_FEDERATION_POLICY"
  | "NOT_AN_ACCESS_TOKEN"
  | "BOUND_TO_A_SENDER"
  | "ISSUED_IN_THE_FUTURE"
  | "HOLDER_NOT_ACCEPTED"
  | "SCOPES_NOT_ACCEPTED"
  | "EMAIL_NOT_VERIFIED"
  | "REQUESTS_TOO_MANY"
  | "FAILURES_TOO_MANY"
  | "PASSWORD_WRONG";

/**
 * A fault of the token endpoint with the reason that the journal keeps. The caller is told the message alone: to it an unknown
 * client and a wrong secret are the same.
 */
export class Refusal extends Fault {
  readonly because: RefusalReason;

  constructor(because: RefusalReason, code: ErrorCode, message: string, options: FaultOptions = {}) {
    super(code, message, options);
    this.because = because;
  }
}
