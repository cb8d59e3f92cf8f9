import { type Static, Type } from "typebox";

/** Source: databricks-sdk-py `service/oauth2.py` TokenAccessPolicy. The two of ours that are kept. */
const TokenAccessPolicy = Type.Object({
  access_token_ttl_in_minutes: Type.Optional(Type.Integer()),
  refresh_token_ttl_in_minutes: Type.Optional(Type.Integer()),
});

/** What may be said of an app. */
export const customAppTerms = {
  redirect_urls: Type.Optional(Type.Array(Type.String())),
  scopes: Type.Optional(Type.Array(Type.String())),
  token_access_policy: Type.Optional(TokenAccessPolicy),
};

/** Source: the same, GetCustomAppIntegrationOutput. */
export const CustomAppInfo = Type.Object({
  integration_id: Type.String(),
  client_id: Type.String(),
  name: Type.String(),
  redirect_urls: Type.Array(Type.String()),
  scopes: Type.Array(Type.String()),
  confidential: Type.Boolean(),
  token_access_policy: TokenAccessPolicy,
  created_by: Type.Integer(),
  create_time: Type.String(),
});
export type CustomAppInfo = Static<typeof CustomAppInfo>;

/** Source: the same, CreateCustomAppIntegrationOutput. The secret is shown this once. */
export const MadeCustomApp = Type.Object({
  integration_id: Type.String(),
  client_id: Type.String(),
  client_secret: Type.Optional(Type.String()),
});

export const CustomAppList = Type.Object({
  apps: Type.Array(CustomAppInfo),
  next_page_token: Type.Optional(Type.String()),
});
