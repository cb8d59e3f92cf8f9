import { type Static, Type } from "typebox";
import { type Endpoint, openEndpoint, Reply } from "../endpoint.ts";
import { noAccount } from "./metadata.ts";

const OPEN = "a client authenticates by what it sends: a secret or another issuer's token";

/** Parameters of all grants; each grant checks its own. Others are ignored (RFC 6749 section 3.2). */
const parameters = {
  grant_type: Type.Optional(Type.String()),
  scope: Type.Optional(Type.String()),
  client_id: Type.Optional(Type.String()),
  client_secret: Type.Optional(Type.String()),
  subject_token: Type.Optional(Type.String()),
  subject_token_type: Type.Optional(Type.String()),
  requested_token_type: Type.Optional(Type.String()),
  actor_token: Type.Optional(Type.String()),
  assertion: Type.Optional(Type.String()),
  authorization_details: Type.Optional(Type.String()),
  code: Type.Optional(Type.String()),
  code_verifier: Type.Optional(Type.String()),
  redirect_uri: Type.Optional(Type.String()),
  resource: Type.Optional(Type.String()),
  refresh_token: Type.Optional(Type.String()),
};

const TokenResponse = Type.Object({
  access_token: Type.String(),
  token_type: Type.Literal("Bearer"),
  expires_in: Type.Integer(),
  scope: Type.String(),
  issued_token_type: Type.Optional(Type.String()),
  authorization_details: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Unknown()))),
  refresh_token: Type.Optional(Type.String()),
  id_token: Type.Optional(Type.String()),
});

/** RFC 6749 section 5.1: no cache on the way may keep a token. */
const noStore = { "cache-control": "no-store", pragma: "no-cache" };

const TokenRequest = Type.Object(parameters);
const AccountTokenRequest = Type.Object({ account_id: Type.String(), ...parameters });

const described = { method: "POST", accepts: "form", errors: "oauth", open: OPEN, output: TokenResponse } as const;

const token = openEndpoint({
  ...described,
  path: "/oidc/v1/token",
  input: TokenRequest,
  run: async ({ identity }, form: Static<typeof TokenRequest>, { authorization, doorway }) =>
    new Reply({ headers: noStore, body: await identity.token({ form, authorization, doorway }) }),
});

const accountToken = openEndpoint({
  ...described,
  path: "/oidc/accounts/{account_id}/v1/token",
  input: AccountTokenRequest,
  run: async ({ identity, site }, input: Static<typeof AccountTokenRequest>, { authorization, doorway }) => {
    const { account_id, ...form } = input;
    if (account_id !== site.account_id) throw noAccount(account_id);
    return new Reply({ headers: noStore, body: await identity.token({ form, authorization, doorway }) });
  },
});

export const tokenEndpoints: readonly Endpoint[] = [token, accountToken];
