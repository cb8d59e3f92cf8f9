/** A session, code, refresh token, grant or interaction of the authorization server. */
export interface AuthorizationModelsTable {
  kind: string;
  /** SHA-256 of the id that the browser or client holds, hexadecimal. */
  id: string;
  uid: string | null;
  grant_id: string | null;
  data_key_id: string;
  sealed: Buffer;
  consumed_at: Date | null;
  expires_at: Date;
}

export interface PasswordsTable {
  principal_id: string;
  /** argon2id, in the PHC string format. */
  hash: string;
  /** Since the last success. */
  failures: number;
  locked_until: Date | null;
  changed_at: Date;
}

export interface AuthorizationTables {
  authorization_models: AuthorizationModelsTable;
  passwords: PasswordsTable;
}
