/** A code is redeemed at once. RFC 6749 section 4.1.2: ten minutes at most. */
export const CODE_S = 60;

/** From the start of a login to its end. */
export const INTERACTION_S = 10 * 60;

/** A browser's login, from its beginning to its end, whether it is used or not. NIST SP 800-63B section 4.2.3. */
export const SESSION_S = 12 * 60 * 60;

/** A refresh token, renewed at each use. */
export const REFRESH_TOKEN_S = 30 * 24 * 60 * 60;

/** What a person allowed a client. */
export const GRANT_S = 90 * 24 * 60 * 60;

/** Lifetimes that an app's token_access_policy may set. Source: Databricks docs "Configure token lifetimes". */
export const APP_ACCESS_TOKEN_S = { min: 5 * 60, max: 24 * 60 * 60 } as const;
export const APP_REFRESH_TOKEN_S = { min: 5 * 60, max: 90 * 24 * 60 * 60 } as const;
