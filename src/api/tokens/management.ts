import { Type } from "typebox";
import { servicePrincipal, token as tokenNamed, workspace } from "#kernel/mod.ts";
import { TokenInfo, TokenPatch, tokenTerms } from "#wire/identity/credentials.ts";
import { endpoint } from "../endpoint.ts";
import { managedInfo, maskedUpdate, refuseAutoscope } from "./token-info.ts";

/** Everybody's tokens, for administrators. Source: databricks-sdk-py `service/settings.py` TokenManagementAPI. */
const PATH = "/api/2.0/token-management";
const id = Type.String({ minLength: 1 });

/** For a service principal by its application id, which cannot ask for a token itself before it has one. */
export const createTokenFor = endpoint({
  method: "POST",
  path: `${PATH}/on-behalf-of/tokens`,
  scope: "authentication",
  input: Type.Object({ application_id: id, ...tokenTerms }),
  output: Type.Object({ token_value: Type.String(), token_info: TokenInfo }),
  what: (input) => servicePrincipal(input.application_id),
  action: "token.create_for",
  run: async ({ identity, site }, permit, input) => {
    refuseAutoscope(input);
    const { comment, scopes, lifetime_seconds: lifetime_s } = input;
    const made = await identity.managed.tokens.createFor(permit, { comment, scopes, lifetime_s });
    const named = { ...made, created_by_name: permit.who.subject.name };
    return { token_value: made.token, token_info: managedInfo(named, site.workspace_id) };
  },
});

export const listAllTokens = endpoint({
  method: "GET",
  path: `${PATH}/tokens`,
  scope: "authentication",
  input: Type.Object({
    created_by_id: Type.Optional(Type.Integer()),
    created_by_username: Type.Optional(Type.String()),
  }),
  output: Type.Object({ token_infos: Type.Array(TokenInfo) }),
  what: () => workspace,
  action: "token.list_all",
  run: async ({ identity, site }, permit, { created_by_id, created_by_username }) => {
    const found = await identity.managed.tokens.listAll(permit, {
      ...(created_by_id !== undefined && { created_by: String(created_by_id) }),
      ...(created_by_username !== undefined && { created_by_name: created_by_username }),
    });
    return { token_infos: found.map((one) => managedInfo(one, site.workspace_id)) };
  },
});

export const getManagedToken = endpoint({
  method: "GET",
  path: `${PATH}/tokens/{token_id}`,
  scope: "authentication",
  input: Type.Object({ token_id: id }),
  output: Type.Object({ token_info: TokenInfo }),
  what: (input) => tokenNamed(input.token_id),
  action: "token.read",
  run: async ({ identity, site }, permit) => ({
    token_info: managedInfo(await identity.managed.tokens.read(permit), site.workspace_id),
  }),
});

export const updateManagedToken = endpoint({
  method: "PATCH",
  path: `${PATH}/tokens/{token_id}`,
  scope: "authentication",
  input: Type.Object({ token_id: id, ...TokenPatch }),
  output: TokenInfo,
  what: (input) => tokenNamed(input.token_id),
  action: "token.update",
  run: async ({ identity, site }, permit, { token, update_mask }) => {
    await identity.managed.tokens.update(permit, maskedUpdate(token, update_mask));
    return managedInfo(await identity.managed.tokens.read(permit), site.workspace_id);
  },
});

export const deleteManagedToken = endpoint({
  method: "DELETE",
  path: `${PATH}/tokens/{token_id}`,
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
