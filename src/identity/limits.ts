/** A secret's life when none is asked for: two years, as on Databricks. */
export const SECRET_SECONDS = 63_072_000;

/** A personal access token's life when none is asked for: two years, as on Databricks. */
export const PERSONAL_TOKEN_SECONDS = 63_072_000;

/** Live secrets of a service principal, as on Databricks. */
export const SECRETS_MAX = 5;

/** Live personal access tokens of a principal, as on Databricks. */
export const PERSONAL_TOKENS_MAX = 600;

/** Identity providers whose tokens an account takes, as observed on Databricks; each has one policy. */
export const ACCOUNT_POLICIES_MAX = 5;

/** Federation policies of a service principal. Databricks docs, "Configure a service principal federation policy". */
export const PRINCIPAL_POLICIES_MAX = 20;

/** Keys given with a policy; a real set has a few. */
export const JWKS_CHARACTERS_MAX = 64 * 1024;

/** A token longer than this is refused unread; ours and identity providers' are far shorter. */
export const TOKEN_CHARACTERS_MAX = 16_384;

/** Verified tokens kept, by their digest: about 1 kB each. */
export const VERIFIED_TOKENS_MAX = 10_000;

/**
 * How long another issuer's token stays verified: a key that its issuer removed stops opening anything after this and
 * ISSUER_KEYS_AGE_MAX_MS at the latest. A signature and, for all tokens of an issuer, a fetch of its keys are spared in between.
 */
export const TRUSTED_TOKEN_AGE_MAX_MS = 30_000;

/** How far another issuer's clock may be ahead of ours when it says when a token was issued. */
export const ISSUED_AHEAD_MAX_S = 60;

/** Our own key set as read from the database: a key removed by another replica stops verifying after this. */
export const KEY_SET_AGE_MAX_MS = 5_000;

/** An issuer's key set: a key that it removed stops verifying after this at the latest, sooner when an unknown key shows up. */
export const ISSUER_KEYS_AGE_MAX_MS = 5_000;

/** Between two fetches for unknown keys, so that forged key ids do not make us hammer the issuer. */
export const ISSUER_KEYS_REFETCH_GAP_MS = 1_000;

/** An issuer's metadata, which changes next to never. */
export const ISSUER_METADATA_AGE_MAX_MS = 600_000;

/** An issuer's metadata or key set; real ones are a few kilobytes. */
export const ISSUER_DOCUMENT_BYTES_MAX = 256 * 1024;

/** An issuer's answer to either; a login waits for it. */
export const ISSUER_TIMEOUT_MS = 5_000;

/** Resources on a page of a SCIM list when the client names no number, and at most, as on Databricks. */
export const SCIM_PAGE_ITEMS = 100;
export const SCIM_PAGE_ITEMS_MAX = 10_000;

/** Values of a multi-valued attribute of one principal: e-mails, entitlements, roles. */
export const VALUES_MAX = 100;

/** A principal's name: an e-mail address may have 254 characters. */
export const NAME_CHARACTERS_MAX = 255;
