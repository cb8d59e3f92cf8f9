export const PEOPLES_CLIENT = "board-app";
export const REDIRECT_URI = "http://127.0.0.1/callback";
export const WORKSPACE_CLIENT = "lakeward";
export const WORKSPACE_SECRET = "a secret of the workspace's at Keycloak";
export const WORKLOAD_CLIENT = "nightly-report";
export const WORKLOAD_SECRET = "a secret of the workload's at Keycloak";

export interface RealmOptions {
  readonly realm: string;
  readonly emails: readonly string[];
  readonly audience: string;
  readonly callback: string;
  readonly passwordOf: (email: string) => string;
}

/** A realm as Keycloak's administration takes it (RealmRepresentation). */
export function realmOf({ realm, emails, audience, callback, passwordOf }: RealmOptions): object {
  const made_out = {
    name: "made out to the account",
    protocol: "openid-connect",
    protocolMapper: "oidc-audience-mapper",
    config: { "included.custom.audience": audience, "access.token.claim": "true", "id.token.claim": "false" },
  };
  return {
    realm,
    enabled: true,
    users: emails.map((email) => ({
      username: email,
      ...{ email, emailVerified: true, enabled: true, firstName: "A", lastName: "Person" },
      credentials: [{ type: "password", value: passwordOf(email), temporary: false }],
    })),
    clients: [
      {
        clientId: PEOPLES_CLIENT,
        publicClient: true,
        redirectUris: [REDIRECT_URI],
        protocolMappers: [made_out],
      },
      { clientId: WORKSPACE_CLIENT, secret: WORKSPACE_SECRET, redirectUris: [callback] },
      {
        clientId: WORKLOAD_CLIENT,
        secret: WORKLOAD_SECRET,
        serviceAccountsEnabled: true,
        standardFlowEnabled: false,
        protocolMappers: [made_out],
      },
    ],
  };
}
