import { type Static, Type } from "typebox";

const text = Type.Optional(Type.String());

/** Source: databricks-sdk-py `service/oauth2.py` OidcFederationPolicy. */
export const SentOidcPolicy = Type.Object({
  issuer: text,
  audiences: Type.Optional(Type.Array(Type.String())),
  subject_claim: text,
  subject: text,
  jwks_uri: text,
  jwks_json: text,
});

/** What a policy is made of, or changed to. `name`, if sent, is that of the URL. */
export const sentPolicy = { name: text, description: text, oidc_policy: Type.Optional(SentOidcPolicy) };

/** Source: the same, FederationPolicy. Times as RFC 3339. */
export const FederationPolicyInfo = Type.Object({
  name: Type.String(),
  policy_id: Type.String(),
  uid: Type.String(),
  description: Type.String(),
  service_principal_id: Type.Optional(Type.Integer()),
  oidc_policy: Type.Object({
    issuer: Type.String(),
    audiences: Type.Array(Type.String()),
    subject_claim: Type.String(),
    subject: text,
    jwks_uri: text,
    jwks_json: text,
  }),
  create_time: Type.String(),
  update_time: Type.String(),
});
export type FederationPolicyInfo = Static<typeof FederationPolicyInfo>;

export const FederationPolicyList = Type.Object({
  policies: Type.Array(FederationPolicyInfo),
  next_page_token: text,
});
