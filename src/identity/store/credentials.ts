export interface CredentialRow {
  readonly id: string;
  readonly principal_id: string;
  readonly hash: string;
  readonly scopes: readonly string[];
  readonly created_at: Date;
  readonly expires_at: Date;
}

export interface TokenRow extends CredentialRow {
  readonly comment: string;
  /** Id of the principal that made it; null once that is gone. */
  readonly created_by: string | null;
}

/** A token with its creator's name, for lists. */
export interface ListedToken extends TokenRow {
  readonly created_by_name: string | null;
}

/** A live credential with whom it speaks for. */
export interface LiveCredential {
  readonly id: string;
  readonly principal_id: string;
  readonly scopes: readonly string[];
  readonly expires_at: Date;
}

/** Columns of a live credential. */
export const live = ["id", "principal_id", "scopes", "expires_at"] as const;

/** What an update of a token changes. */
export interface TokenChange {
  readonly comment?: string;
  readonly scopes?: readonly string[];
}

/** Which tokens a list is about. */
export interface TokenFilter {
  readonly id?: string;
  readonly principal_id?: string;
  readonly created_by?: string;
  readonly created_by_name?: string;
}
