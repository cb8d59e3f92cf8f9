import { Type } from "typebox";
import { authorization, token as tokenNamed, workspace } from "#kernel/mod.ts";
import { PublicTokenInfo, TokenPatch, tokenTerms } from "#wire/identity/credentials.ts";
import { endpoint } from "../endpoint.ts";
import { maskedUpdate, publicInfo, refuseAutoscope } from "./token-info.ts";

/** The caller's own personal access tokens. Source: databricks-sdk-py `service/settings.py` TokensAPI. */
const PATH = "/api/2.0/token";
const id = Type.String({ minLength: 1 });

export const createToken = endpoint({
  method: "POST",
  path: `${PATH}/create`,
  scope: "authentication",
  input: Type.Object(tokenTerms),
  output: Type.Object({ token_value: Type.String(), token_info: PublicTokenInfo }),
  what: () => authorization("tokens"),
  action: "token.create",
  run: async ({ identity }, permit, input) => {
    refuseAutoscope(input);
    const { comment, scopes, lifetime_seconds: lifetime_s } = input;
    const made = await identity.managed.tokens.create(permit, { comment, scopes, lifetime_s });
    return { token_value: made.token, token_info: publicInfo(made) };
  },
});

export const listTokens = endpoint({
  method: "GET",
  path: `${PATH}/list`,
  scope: "authentication",
  input: Type.Object({}),
  output: Type.Object({ token_infos: Type.Array(PublicTokenInfo) }),
  what: () => workspace,
  action: "token.list",
  run: async ({ identity }, permit) => ({ token_infos: (await identity.managed.tokens.list(permit)).map(publicInfo) }),
});

export const deleteToken = endpoint({
  method: "POST",
  path: `${PATH}/delete`,
  scope: "authentication",
  input: Type.Object({ token_id: id }),
  output: Type.Object({}),
  what: (input) => tokenNamed(input.token_id),
  action: "token.delete",
  run: async ({ identity }, permit) => {
    await identity.managed.tokens.delete(permit);
    return {};
  },
});

export const updateToken = endpoint({
  method: "PATCH",
  path: `${PATH}/{token_id}`,
  scope: "authentication",
  input: Type.Object({ token_id: id, ...TokenPatch }),
  output: Type.Object({}),
  what: (input) => tokenNamed(input.token_id),
  action: "token.update",
  run: async ({ identity }, permit, { token, update_mask }) => {
    await identity.managed.tokens.update(permit, maskedUpdate(token, update_mask));
    return {};
  },
});
