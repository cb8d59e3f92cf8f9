/**
 * OAuth scopes that this server knows. `all-apis` opens every surface; the OpenID ones open none.
 * Source: Databricks docs "API scopes"; the vocabulary grows with the surfaces, an unknown word is refused by name.
 */
export const scopes = Object.freeze([
  "all-apis",
  "offline_access",
  "openid",
  "email",
  "profile",
  "access-management",
  "authentication",
  "identity",
  "mlflow",
  "model-serving",
  "scim",
  "sql",
  "unity-catalog",
  "workspace",
  "iam.current-user:read",
  "iam.access-control:read",
] as const);

export type Scope = (typeof scopes)[number];

const known: ReadonlySet<string> = new Set(scopes);

export function isScope(word: string): word is Scope {
  return known.has(word);
}
