import type { ColumnType, JSONColumnType } from "kysely";

export interface EmailAddress {
  readonly value: string;
  readonly type?: string;
  readonly primary?: boolean;
}

/** Users, service principals and groups share one table, so that a name to which grants are written is one principal's. */
export interface PrincipalsTable {
  /** 16 digits, below 2^53. */
  id: string;
  kind: "user" | "service_principal" | "group";
  /** A user's e-mail, a service principal's application id, a group's name. */
  name: string;
  display_name: string;
  active: boolean;
  external_id: string | null;
  given_name: string | null;
  family_name: string | null;
  emails: JSONColumnType<readonly EmailAddress[], string | undefined, string>;
  entitlements: ColumnType<string[], string[] | undefined, string[]>;
  roles: ColumnType<string[], string[] | undefined, string[]>;
  created_at: ColumnType<Date, Date, never>;
}

export interface GroupMembersTable {
  group_id: string;
  member_id: string;
}

export interface ServicePrincipalSecretsTable {
  id: string;
  principal_id: string;
  /** SHA-256 of the secret, hexadecimal. */
  hash: string;
  scopes: string[];
  created_at: ColumnType<Date, Date, never>;
  expires_at: Date;
}

export interface PersonalAccessTokensTable {
  id: string;
  principal_id: string;
  /** SHA-256 of the token, hexadecimal. */
  hash: string;
  scopes: string[];
  comment: string;
  created_by: string | null;
  created_at: ColumnType<Date, Date, never>;
  expires_at: Date;
  revoked_at: Date | null;
}

/** Keys that seal other secrets, each sealed itself by the key that the operator holds. */
export interface DataKeysTable {
  id: string;
  sealed: Buffer;
  created_at: ColumnType<Date, Date, never>;
}

export interface SigningKeysTable {
  kid: string;
  data_key_id: string;
  public_jwk: JSONColumnType<Record<string, string>>;
  sealed_private: Buffer;
  created_at: ColumnType<Date, Date, never>;
}

export interface FederationPoliciesTable {
  uid: string;
  policy_id: string;
  /** The service principal's; null for the account's. */
  principal_id: string | null;
  description: string;
  issuer: string;
  audiences: string[];
  subject_claim: string;
  /** Of a service principal's policy alone. */
  subject: string | null;
  jwks_uri: string | null;
  jwks_json: string | null;
  created_at: ColumnType<Date, Date, never>;
  updated_at: Date;
}

export interface IdentityTables {
  principals: PrincipalsTable;
  group_members: GroupMembersTable;
  service_principal_secrets: ServicePrincipalSecretsTable;
  personal_access_tokens: PersonalAccessTokensTable;
  data_keys: DataKeysTable;
  signing_keys: SigningKeysTable;
  federation_policies: FederationPoliciesTable;
}
