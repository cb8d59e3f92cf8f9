/** A secret's value, as on Databricks: 128 KB. */
export const VALUE_BYTES_MAX = 128 * 1024;

/** Secrets of a scope, and scopes of the workspace, as on Databricks. */
export const SECRETS_MAX = 1000;
export const SCOPES_MAX = 1000;

/** A scope's name or a secret's key, as on Databricks. */
export const NAME_CHARACTERS_MAX = 128;
