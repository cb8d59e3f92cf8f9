import { type Static, Type } from "typebox";

/** Source: databricks-sdk-py `service/oauth2.py` SecretInfo. Times as RFC 3339. */
const secret = {
  id: Type.String(),
  /** SHA-256 of the secret, hexadecimal: tells which one somebody holds. */
  secret_hash: Type.String(),
  status: Type.Union([Type.Literal("ACTIVE"), Type.Literal("EXPIRED")]),
  scopes: Type.Array(Type.String()),
  create_time: Type.String(),
  update_time: Type.String(),
  expire_time: Type.String(),
};

export const SecretInfo = Type.Object(secret);
export type SecretInfo = Static<typeof SecretInfo>;

/** Source: the same, CreateServicePrincipalSecretResponse. */
export const MadeSecretInfo = Type.Object({ ...secret, secret: Type.String() });

export const SecretList = Type.Object({
  secrets: Type.Array(SecretInfo),
  next_page_token: Type.Optional(Type.String()),
});

/** Source: databricks-sdk-py `service/settings.py` PublicTokenInfo. Times in milliseconds since the epoch. */
const publicToken = {
  token_id: Type.String(),
  comment: Type.String(),
  scopes: Type.Array(Type.String()),
  creation_time: Type.Integer(),
  expiry_time: Type.Integer(),
};

export const PublicTokenInfo = Type.Object(publicToken);
export type PublicTokenInfo = Static<typeof PublicTokenInfo>;

/** Source: the same, TokenInfo: what administrators see. */
export const TokenInfo = Type.Object({
  ...publicToken,
  owner_id: Type.Integer(),
  created_by_id: Type.Optional(Type.Integer()),
  created_by_username: Type.Optional(Type.String()),
  workspace_id: Type.Integer(),
});
export type TokenInfo = Static<typeof TokenInfo>;

/** What a token is made with. `autoscope_enabled` is declared so that it is refused by name. */
export const tokenTerms = {
  comment: Type.Optional(Type.String()),
  lifetime_seconds: Type.Optional(Type.Integer()),
  scopes: Type.Optional(Type.Array(Type.String())),
  autoscope_enabled: Type.Optional(Type.Boolean()),
};

/** `update_mask` names fields of `token`, parted by commas; `*` means all of them. */
export const TokenPatch = {
  token: Type.Object({
    comment: Type.Optional(Type.String()),
    scopes: Type.Optional(Type.Array(Type.String())),
  }),
  update_mask: Type.String(),
};
