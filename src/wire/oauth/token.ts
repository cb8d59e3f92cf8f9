import type { AuthorizationDetail } from "./authorization-details.ts";

/** A successful answer of the token endpoint (RFC 6749 section 5.1, RFC 8693 section 2.2.1). SDKs need `expires_in`. */
export type TokenResponse = {
  readonly access_token: string;
  readonly token_type: "Bearer";
  /** Seconds. */
  readonly expires_in: number;
  /** Joined by spaces. */
  readonly scope: string;
  /** Of a token exchange (RFC 8693 section 2.2.1). */
  readonly issued_token_type?: string;
  /** What the token is limited to (RFC 9396 section 7). */
  readonly authorization_details?: readonly AuthorizationDetail[];
  /** Of a person's login that asked for offline_access. */
  readonly refresh_token?: string;
  /** Of a person's login that asked for openid. */
  readonly id_token?: string;
};

/**
 * Claims of an access token (RFC 9068; shape as Databricks workspaces issue it). `sub`: a user's e-mail or a service
 * principal's application id. `principal_id` ties the token to one entry of the directory, so that a name given to somebody
 * else later does not inherit it. `act` (RFC 8693 section 4.1) names who acts for the subject.
 */
export interface AccessTokenClaims {
  readonly client_id: string;
  readonly scope: string;
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
  readonly principal_id: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly authorization_details?: readonly AuthorizationDetail[];
  /** `itself`: the subject is the actor's own principal. */
  readonly act?: { readonly sub: string; readonly kind: "agent" | "app"; readonly itself?: true };
}
