/** A code is redeemed at once. RFC 6749 section 4.1.2: ten minutes at most. */
export const CODE_S = 60;

/** From the start of a login to its end. */
export const INTERACTION_S = 10 * 60;

/** A browser's login. */
export const SESSION_S = 12 * 60 * 60;

/** A refresh token, renewed at each use. */
export const REFRESH_TOKEN_S = 30 * 24 * 60 * 60;

/** What a person allowed a client. */
export const GRANT_S = 90 * 24 * 60 * 60;

/** Access tokens of oidc-provider never leave the server: they live for the moment in which ours takes their place. */
export const INNER_TOKEN_S = 60;
