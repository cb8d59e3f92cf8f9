import type { AuthorizationServerMetadata, HostMetadata } from "#wire/oauth/metadata.ts";
import { scopes } from "#wire/scopes.ts";
import { grants } from "./token-endpoint.ts";

export interface Deployment {
  /** `<public url>/oidc`. */
  readonly issuer: string;
  readonly account_id: string;
  /** Numeric, as text. */
  readonly workspace: string;
}

/** The authorization server's metadata: one document for every well-known path, so that `issuer` is the same bytes in each. */
export function serverMetadata({ issuer }: Deployment): AuthorizationServerMetadata {
  return {
    issuer,
    authorization_endpoint: `${issuer}/v1/authorize`,
    token_endpoint: `${issuer}/v1/token`,
    jwks_uri: `${issuer}/jwks.json`,
    grant_types_supported: Object.keys(grants),
    response_types_supported: ["code"],
    code_challenge_methods_supported: ["S256"],
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: true,
    revocation_endpoint: `${issuer}/v1/revoke`,
    end_session_endpoint: `${issuer}/v1/logout`,
    scopes_supported: scopes,
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  };
}

/** Where a client finds the authorization server, and what audience its federated tokens need. */
export function hostMetadata({ issuer, account_id, workspace }: Deployment): HostMetadata {
  return {
    oidc_endpoint: issuer,
    account_id,
    workspace_id: workspace,
    token_federation_default_oidc_audiences: [account_id],
  };
}
