import { Type } from "typebox";
import { Fault } from "#wire/errors.ts";
import { type Endpoint, openEndpoint } from "../endpoint.ts";

const PUBLIC = "clients read it before they have a token";

const Nothing = Type.Object({});

const ServerMetadata = Type.Object({
  issuer: Type.String(),
  authorization_endpoint: Type.String(),
  token_endpoint: Type.String(),
  jwks_uri: Type.String(),
  grant_types_supported: Type.Array(Type.String()),
  response_types_supported: Type.Array(Type.String()),
  code_challenge_methods_supported: Type.Array(Type.String()),
  authorization_response_iss_parameter_supported: Type.Boolean(),
  client_id_metadata_document_supported: Type.Boolean(),
  revocation_endpoint: Type.String(),
  end_session_endpoint: Type.String(),
  scopes_supported: Type.Array(Type.String()),
  token_endpoint_auth_methods_supported: Type.Array(Type.String()),
  subject_types_supported: Type.Array(Type.String()),
  id_token_signing_alg_values_supported: Type.Array(Type.String()),
});

/**
 * One document under every address where a client may look for it: beneath the issuer (OpenID Connect Discovery), with the
 * issuer's path inserted after the well-known part (RFC 8414 section 3.1), and beneath the account.
 */
const addresses = [
  "/oidc/.well-known/oauth-authorization-server",
  "/oidc/.well-known/openid-configuration",
  "/.well-known/oauth-authorization-server/oidc",
  "/.well-known/openid-configuration/oidc",
];

const serverMetadata = addresses.map((path) =>
  openEndpoint({
    method: "GET",
    path,
    open: PUBLIC,
    input: Nothing,
    output: ServerMetadata,
    run: async ({ identity }) => identity.metadata(),
  }),
);

const accountMetadata = ["oauth-authorization-server", "openid-configuration"].map((name) =>
  openEndpoint({
    method: "GET",
    path: `/oidc/accounts/{account_id}/.well-known/${name}`,
    open: PUBLIC,
    input: Type.Object({ account_id: Type.String() }),
    output: ServerMetadata,
    run: async ({ identity, site }, { account_id }) => {
      if (account_id !== site.account_id) throw noAccount(account_id);
      return identity.metadata();
    },
  }),
);

const hostMetadata = openEndpoint({
  method: "GET",
  path: "/.well-known/databricks-config",
  open: PUBLIC,
  input: Nothing,
  output: Type.Object({
    oidc_endpoint: Type.String(),
    account_id: Type.String(),
    workspace_id: Type.String(),
    token_federation_default_oidc_audiences: Type.Array(Type.String()),
  }),
  run: async ({ identity }) => identity.hostMetadata(),
});

const jwks = openEndpoint({
  method: "GET",
  path: "/oidc/jwks.json",
  open: "public keys, by which anyone may check our tokens",
  input: Nothing,
  output: Type.Object({ keys: Type.Array(Type.Record(Type.String(), Type.Unknown())) }),
  run: async ({ identity }) => identity.jwks(),
});

/** SDKs ask here whether the workspace logs in through Azure; it does not. */
const azureLogin = openEndpoint({
  method: "GET",
  path: "/oidc/oauth2/v2.0/authorize",
  open: "it says the same to everyone",
  input: Nothing,
  output: Nothing,
  run: () =>
    Promise.reject(
      new Fault("ENDPOINT_NOT_FOUND", "This workspace does not log in through Azure. Use /oidc/v1/token."),
    ),
});

export function noAccount(account_id: string): Fault {
  return new Fault("RESOURCE_DOES_NOT_EXIST", `No account '${account_id.slice(0, 100)}' is served here.`);
}

export const metadataEndpoints: readonly Endpoint[] = [
  ...serverMetadata,
  ...accountMetadata,
  hostMetadata,
  jwks,
  azureLogin,
];
