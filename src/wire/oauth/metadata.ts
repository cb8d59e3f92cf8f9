/** Authorization server metadata (RFC 8414; OpenID Connect Discovery 1.0 section 3). */
export interface AuthorizationServerMetadata {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly jwks_uri: string;
  readonly grant_types_supported: readonly string[];
  readonly response_types_supported: readonly string[];
  readonly code_challenge_methods_supported: readonly string[];
  readonly authorization_response_iss_parameter_supported: boolean;
  readonly client_id_metadata_document_supported: boolean;
  readonly revocation_endpoint: string;
  readonly end_session_endpoint: string;
  readonly scopes_supported: readonly string[];
  readonly token_endpoint_auth_methods_supported: readonly string[];
  readonly subject_types_supported: readonly string[];
  readonly id_token_signing_alg_values_supported: readonly string[];
}

/** `/.well-known/databricks-config`, which newer SDKs read first. */
export interface HostMetadata {
  readonly oidc_endpoint: string;
  readonly account_id: string;
  readonly workspace_id: string;
  readonly token_federation_default_oidc_audiences: readonly string[];
}
