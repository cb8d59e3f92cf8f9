import type { ColumnType } from "kysely";

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

/** An OAuth app that an administrator registered. */
export interface CustomAppsTable {
  integration_id: string;
  client_id: string;
  name: string;
  redirect_urls: string[];
  scopes: string[];
  access_token_s: number;
  refresh_token_s: number;
  /** Both null for a public app, which has no secret. */
  data_key_id: string | null;
  sealed_secret: Buffer | null;
  /** Id of the principal. */
  created_by: string;
  created_at: ColumnType<Date, Date, never>;
}

/** Failures of one slot of time. */
export interface FailedAttemptsTable {
  /** SHA-256 of whom was claimed, of an address, or of both, hexadecimal. */
  key: string;
  /** Since the epoch, each a window long. */
  slot: number;
  failures: number;
  expires_at: Date;
}

/** Where somebody proved themselves. */
export interface ProvenSourcesTable {
  key: string;
  expires_at: Date;
}

export interface AuthorizationTables {
  failed_attempts: FailedAttemptsTable;
  proven_sources: ProvenSourcesTable;
  custom_apps: CustomAppsTable;
  authorization_models: AuthorizationModelsTable;
  passwords: PasswordsTable;
}
